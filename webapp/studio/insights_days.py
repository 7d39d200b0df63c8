"""The span of days that pages of insights tell of."""

from datetime import date, timedelta

from werkzeug.datastructures import MultiDict

from catalog.events.event_figures import Days
from webapp.errors import BadParameterError
from webapp.services.access import services

DEFAULT_DAYS = 28
SPANS = (7, 28, 90)


def read_days(values: MultiDict[str, str]) -> Days:
    """The days of the request, by default the last four weeks; they are swapped if the last comes before the first.

    Raises:
        BadParameterError: a day can't be read, or lies too far away.
    """
    default = Days.until_today(DEFAULT_DAYS)
    first, last = _day(values, "first"), _day(values, "last")
    if first is None and last is None:
        return default
    last = last or max(default.last, first or default.last)
    first = first or last - timedelta(days=DEFAULT_DAYS - 1)
    return Days(min(first, last), max(first, last))


def day_values(days: Days) -> dict[str, object]:
    """What the form with the days needs in a template."""
    return {
        "days": days,
        "spans": [(span, Days.until_today(span)) for span in SPANS],
        "kept_days": services().event_days,
        "keeps_photos": services().keeps_photos,
    }


def _day(values: MultiDict[str, str], name: str) -> date | None:
    said = values.get(name, "").strip()
    if not said:
        return None
    try:
        day = date.fromisoformat(said)
    except ValueError:
        raise BadParameterError(f"{name} is {said[:80]!r}; a day like 2026-01-31 is needed.") from None
    if not 2000 <= day.year <= 2200:
        raise BadParameterError(f"{name} is {said[:80]!r}; a day between 2000 and 2200 is needed.")
    return day
