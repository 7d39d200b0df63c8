"""The form of a rule, with a preview, and what it sends: saving, pausing and removing a rule."""

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from catalog.curation.rule_effect import ENOUGH, SPAN_DAYS, measure_effect
from catalog.curation.rule_references import find_name_problems, find_unknown
from catalog.curation.rule_terms import LONGEST_NOTE, find_problems
from catalog.curation.rules import Rule, RuleStore, today
from catalog.errors import EditConflictError, UnknownRuleError
from webapp.http.parameters import read_number
from webapp.services.access import services
from webapp.studio.curation.form_values import RuleForm, blank_form, form_of, sent_form
from webapp.studio.curation.preview import Preview, preview
from webapp.studio.curation.texts import ACTION_HELP, ACTIONS, ANCHORS, LISTS, PROBLEMS, STRENGTHS
from webapp.studio.permissions import current_account


def new() -> str:
    """The form of a new rule, filled in as the address says, with a preview if the rule makes sense."""
    form = blank_form(request.args)
    return _render(form, quiet=True)


def edit(rule_id: int) -> str:
    """The form of a stored rule, and what the rule did to clicks."""
    rule = _store().rule(rule_id)
    return _render(form_of(rule), quiet=True, effect_of=rule)


def show_preview() -> str:
    """The form as it was sent, with a preview; nothing is saved."""
    form = sent_form(request.form)
    return _render(_with_problems(form))


def save() -> BaseResponse | tuple[str, int]:
    """Add or change a rule; or show the form again, as it was sent, with what is wrong."""
    form, by = _with_problems(sent_form(request.form)), current_account().name
    if form.problems:
        return _render(form), 422
    try:
        if form.rule_id is None:
            _, batch = _store().add(form.terms, by=by)
        else:
            batch = _store().change(form.rule_id, form.terms, version=form.version or 0, by=by)
    except EditConflictError as conflict:
        return _render(form, conflict=conflict), 409
    flash(gettext("Saved. Shoppers see it from now on."), "done")
    return redirect(url_for("studio.curation.rules", done=batch), 303)


def pause(rule_id: int) -> BaseResponse:
    """Pause a rule, or let it hold again."""
    paused = bool(request.form.get("paused"))
    batch = _store().pause(rule_id, paused, version=_version(), by=current_account().name)
    flash(gettext("The rule is paused.") if paused else gettext("The rule holds again."), "done")
    return redirect(url_for("studio.curation.rules", done=batch), 303)


def remove(rule_id: int) -> BaseResponse:
    """Remove a rule; this can be undone."""
    batch = _store().remove(rule_id, version=_version(), by=current_account().name)
    flash(gettext("The rule is removed."), "done")
    return redirect(url_for("studio.curation.rules", done=batch), 303)


def _with_problems(form: RuleForm) -> RuleForm:
    terms = form.terms
    unknown = find_unknown(services().catalog.database, [terms])
    return replace(form, problems=find_name_problems(terms, unknown) | find_problems(terms))


def _render(
    form: RuleForm,
    *,
    conflict: EditConflictError | None = None,
    quiet: bool = False,
    effect_of: Rule | None = None,
) -> str:
    """The page of the form.

    Args:
        form: as it was sent, or as the rule is stored.
        conflict: somebody else changed the rule meanwhile.
        quiet: show no problems, since the form hasn't been sent yet.
        effect_of: the stored rule, to show what it did to clicks.
    """
    checked = _with_problems(form)
    shown: Preview | str | None = None
    if not checked.problems:
        shown = preview(form.terms, form.values["sample"], form.rule_id)
    return render_template(
        "studio/curation/form.html",
        form=form,
        terms=form.terms,
        problems={} if quiet else {field: PROBLEMS[code] for field, code in checked.problems.items()},
        preview=shown,
        conflict=conflict,
        current=_current(form) if conflict else None,
        categories=services().catalog.categories(),
        lists=LISTS,
        actions=ACTIONS,
        action_help=ACTION_HELP,
        anchors=ANCHORS,
        strengths=STRENGTHS,
        longest_note=LONGEST_NOTE,
        shows_effect=effect_of is not None,
        effect=measure_effect(services().catalog.database, effect_of, today()) if effect_of else None,
        enough=ENOUGH,
        span_days=SPAN_DAYS,
        kept_days=services().event_days,
    )


def _current(form: RuleForm) -> Rule | None:
    """The rule as somebody else saved it meanwhile; None if it was removed."""
    try:
        return _store().rule(form.rule_id or 0)
    except UnknownRuleError:
        return None


def _version() -> int:
    return read_number(request.form.get("version", "")) or 0


def _store() -> RuleStore:
    return RuleStore(services().catalog.database)
