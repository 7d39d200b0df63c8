"""The studio's texts for roles, changes, times and facts."""

from collections.abc import Mapping
from datetime import datetime

from flask import Blueprint
from flask_babel import LazyString, format_datetime, format_decimal, lazy_gettext

ROLES: dict[str, LazyString] = {
    "viewer": lazy_gettext("viewer"),
    "merchandiser": lazy_gettext("merchandiser"),
    "admin": lazy_gettext("admin"),
}
# The actions in the audit log; an action that isn't listed here is shown as it stands.
ACTIONS: dict[str, LazyString] = {
    "account added": lazy_gettext("account added"),
    "account disabled": lazy_gettext("account locked out"),
    "account enabled": lazy_gettext("account let in again"),
    "label corrected": lazy_gettext("label corrected"),
    "label kept": lazy_gettext("label kept"),
    "label superseded": lazy_gettext("correction ended by the source"),
    "label undone": lazy_gettext("label taken back"),
    "session ended": lazy_gettext("session ended"),
    "sign-in refused": lazy_gettext("sign-in refused"),
    "signed in": lazy_gettext("signed in"),
    "signed out": lazy_gettext("signed out"),
    "products removed": lazy_gettext("products removed"),
    "product created": lazy_gettext("product created"),
    "product replaced": lazy_gettext("product replaced"),
    "product patched": lazy_gettext("product changed"),
    "product deleted": lazy_gettext("product deleted"),
    "API key made": lazy_gettext("API key made"),
    "API key revoked": lazy_gettext("API key revoked"),
    "password changed": lazy_gettext("password changed"),
    "role changed": lazy_gettext("role changed"),
    "attribute published": lazy_gettext("attribute published"),
    "attribute hidden": lazy_gettext("attribute hidden"),
    "job started": lazy_gettext("job started"),
    "job cancelled": lazy_gettext("job cancelled"),
    "index put back": lazy_gettext("other index made live"),
    "rule added": lazy_gettext("rule added"),
    "rule changed": lazy_gettext("rule changed"),
    "rule removed": lazy_gettext("rule removed"),
    "rules imported": lazy_gettext("rules imported"),
    "category's kind changed": lazy_gettext("category's kind changed"),
    "category pair changed": lazy_gettext("category pair changed"),
    "synonyms changed": lazy_gettext("synonyms changed"),
    "category pairs learned": lazy_gettext("category pairs learned"),
}

# What stands in a browser's User-Agent -> its name. Most call themselves Safari too, so the order counts.
_BROWSERS = (
    *(("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox")),
    *(("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari")),
)
_SYSTEMS = (
    *(("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad")),
    *(("Mac OS", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")),
)

_MOMENT = "d MMM yyyy, HH:mm"  # "26 Nov 2026, 20:29": days and months in no order that readers could mix up


def add_filters(blueprint: Blueprint) -> None:
    """Add the filters that templates need for these texts."""
    blueprint.add_app_template_filter(lambda role: str(ROLES.get(role, role)), "role_in_words")
    blueprint.add_app_template_filter(lambda action: str(ACTIONS.get(action, action)), "action_in_words")
    blueprint.add_app_template_filter(format_moment, "moment")
    blueprint.add_app_template_filter(format_facts, "facts")
    blueprint.add_app_template_filter(format_browser, "browser_name")
    blueprint.add_app_template_filter(format_decimal, "number")
    blueprint.add_app_template_filter(format_points, "points")


def format_browser(user_agent: str) -> str:
    """What a browser calls itself, in a few words: "Firefox, Windows"; empty if it says nothing that is known."""
    name = next((shown for token, shown in _BROWSERS if token in user_agent), "")
    system = next((shown for token, shown in _SYSTEMS if token in user_agent), "")
    return ", ".join(filter(None, (name, system))) or user_agent[:40]


def format_moment(moment: str) -> str:
    """A stored time (ISO 8601, UTC) as the reader's language writes it, still in UTC."""
    return format_datetime(datetime.fromisoformat(moment), _MOMENT, rebase=False)


def format_facts(facts: Mapping[str, object]) -> str:
    """The fields of a change, "role: viewer, disabled: no"; a dash if there are none."""
    return ", ".join(f"{name.replace('_', ' ')}: {_format_fact(value)}" for name, value in facts.items()) or "–"


def _format_fact(value: object) -> str:
    if isinstance(value, bool):
        return "✓" if value else "✗"
    return "–" if value is None else str(value)


def format_points(points: float) -> str:
    """A change in percentage points, with its sign and one decimal: "+3.4" or "−0.2"."""
    return format_decimal(round(points, 1), format="+#,##0.0;\u2212#,##0.0")
