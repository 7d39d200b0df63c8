"""Texts of the area of imports."""

from flask_babel import LazyString, lazy_gettext

# Levels of findings, as ``catalog.checking.results`` names them.
LEVELS: dict[str, LazyString] = {
    "rejected": lazy_gettext("Rejected"),
    "doubtful": lazy_gettext("Doubtful"),
    "missing": lazy_gettext("Would make results better"),
}
