"""The studio's start page: cards for what waits for a decision, and for how the shop is doing."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask_babel import gettext, ngettext

from catalog.accounts.audit import AuditLog
from catalog.browsing.browser import Browser
from catalog.curation.rules import RuleStore
from catalog.events.event_figures import Days, EventFigures
from catalog.labels.label_issues import OPEN, LabelIssueStore
from search.errors import DamagedSnapshotError
from search.index.history import is_published
from search.index.manifest import read_manifest
from search.query import SnapshotInfo
from webapp.services.access import services
from webapp.studio.index.staleness import measure_staleness
from webapp.studio.jobs.texts import format_kind
from webapp.studio.products.views import find_isolated
from webapp.studio.quality.texts import format_share
from webapp.studio.texts import format_moment

EVENT_DAYS = 7
RULE_DAYS = 7
CHANGES = 6

bp = Blueprint("overview", __name__)


@dataclass(frozen=True)
class Card:
    """A card of the start page: a figure, and a link to the page behind it."""

    title: str
    figure: str  # a number or a few words
    text: str = ""
    address: str = ""
    action: str = ""  # the text of the link
    waits: bool = False  # whether somebody has to do something about it
    rank: int = 50  # a lower rank stands first, among cards that wait and among those that don't


@bp.get("/")
def start() -> str:
    """The start page: cards that wait, then the other cards, then the latest changes."""
    cards = [card for make in CARDS if (card := make()) is not None]
    cards.sort(key=lambda card: (not card.waits, card.rank))
    return render_template(
        "studio/overview.html",
        waiting=[card for card in cards if card.waits],
        calm=[card for card in cards if not card.waits],
        changes=AuditLog(services().catalog.database).entries(CHANGES, sign_ins=False),
    )


def describe_catalogue() -> Card:
    """The size of the catalogue, and when it was last imported."""
    counts, sources = services().catalog.counts(), services().catalog.sources()
    if not counts.products:
        text = gettext("Products come in with %(command)s.", command="python -m catalog import")
        return Card(gettext("Catalogue"), gettext("empty"), text, waits=True, rank=1)
    text = ngettext("%(num)s photo", "%(num)s photos", counts.photos) + ", "
    text += ngettext("%(num)s category", "%(num)s categories", counts.categories)
    if sources:
        text += ". " + gettext("Last import: %(time)s.", time=format_moment(sources[0].imported_at))
    figure = ngettext("%(num)s product", "%(num)s products", counts.products)
    return Card(gettext("Catalogue"), figure, text, url_for("studio.products.products"), gettext("Browse"), rank=10)


def describe_index() -> Card:
    """Whether there is an index, and whether it is up to date with the catalogue."""
    address, action, title = url_for("studio.index.live"), gettext("To the index"), gettext("Index")
    engine = services().storefront.engine_or_none()
    trouble = services().storefront.index_trouble()
    if engine is None:
        text = gettext("Shoppers can't search by photo until one is built.")
        if is_published(services().paths.index):
            text = gettext("Shoppers can't search by photo: the index can't be used. A rebuild mends it.")
        return Card(title, gettext("none in use"), text, address, action, waits=True, rank=2)
    if services().storefront.index_is_of_other_catalogue:
        text = gettext("It was built of a later state of the catalogue, or of another one. A rebuild mends it.")
        return Card(title, gettext("of another catalogue"), text, address, action, waits=True, rank=2)
    if trouble is not None:
        text = gettext(
            "The index that was published can't be used; shoppers search in an earlier one. A rebuild mends it."
        )
        return Card(title, gettext("damaged"), text, address, action, waits=True, rank=2)
    live = engine.snapshot
    built = gettext("Built: %(time)s.", time=format_moment(live.built_at))
    if _is_behind(live):
        text = built + " " + gettext("The catalogue has changed since then.")
        return Card(title, gettext("behind the catalogue"), text, address, action, waits=True, rank=3)
    figure = ngettext("%(num)s product", "%(num)s products", live.products)
    return Card(title, figure, built, address, action, rank=11)


def describe_rejects() -> Card | None:
    """The rows and photos that the last imports and the last build couldn't use."""
    rejects = services().rejects
    count = rejects.count()
    if not count:
        return None
    known = Browser(services().catalog.database).known(rejects.product_ids())
    text = ngettext(
        "%(num)s product in the catalogue lacks something because of it.",
        "%(num)s products in the catalogue lack something because of it.",
        known,
    )
    address = url_for("studio.products.products", rejects=1)
    figure = ngettext("%(num)s reject", "%(num)s rejects", count)
    return Card(
        gettext("Rows and photos not used"), figure, text, address, gettext("Look at them"), waits=True, rank=20
    )


def describe_isolated() -> Card | None:
    """The isolated products, which have no close neighbour."""
    isolated = find_isolated()
    if not isolated:
        return None
    figure = ngettext("%(num)s product", "%(num)s products", len(isolated))
    text = gettext("Shoppers who look at one of them see little that is similar.")
    address = url_for("studio.products.products", lonely=1)
    return Card(gettext("No similar products"), figure, text, address, gettext("Look at them"), rank=30)


def describe_shoppers() -> Card:
    """The searches and clicks of the last days."""
    title, address = gettext("Shoppers, last %(number)s days", number=EVENT_DAYS), url_for("studio.insights.figures")
    if not services().event_days:
        return Card(title, gettext("not counted"), gettext("This shop stores no events."), address, gettext("Insights"))
    counts = EventFigures(services().catalog.database).counts(Days.until_today(EVENT_DAYS))
    figure = ngettext("%(num)s photo search", "%(num)s photo searches", counts.searches)
    text = ngettext("%(num)s product opened.", "%(num)s products opened.", counts.clicks)
    if counts.searches:
        share = format_share(counts.unrecognised / counts.searches)
        text = gettext("%(share)s without a close match.", share=share) + " " + text
    return Card(title, figure, text, address, gettext("Insights"), rank=12)


def describe_labels() -> Card | None:
    """The labels in question, and the pictures whose products have different labels."""
    store = LabelIssueStore(services().catalog.database)
    if store.last_check() is None:
        return _describe_unchecked_labels()
    waiting, conflicts = store.counts()[OPEN], store.count_pictures(conflicting=True)
    if not waiting and not conflicts:
        return None
    figure = ngettext("%(num)s label in question", "%(num)s labels in question", waiting)
    text = gettext("They are probably wrong.") if waiting else ""
    if conflicts:
        told = ngettext("%(num)s picture has different labels.", "%(num)s pictures have different labels.", conflicts)
        text = f"{text} {told}".strip()
    address = url_for("studio.labels.queue" if waiting else "studio.labels.duplicates")
    return Card(gettext("Labels"), figure, text, address, gettext("Decide"), waits=True, rank=15)


def _describe_unchecked_labels() -> Card | None:
    if not services().catalog.counts().products:
        return None
    text = gettext("Nobody knows yet which labels are wrong: a check compares each product with the others.")
    address, action = url_for("studio.labels.queue"), gettext("Check the labels")
    return Card(gettext("Labels"), gettext("never checked"), text, address, action, waits=True, rank=25)


def describe_rules() -> Card | None:
    """The rules of curation that end soon."""
    ending = RuleStore(services().catalog.database).count_ending(RULE_DAYS)
    if not ending:
        return None
    figure = ngettext("%(num)s rule ends soon", "%(num)s rules end soon", ending)
    text = gettext("Within %(number)s days. Give them another day if they are to stay.", number=RULE_DAYS)
    address = url_for("studio.curation.rules", state="active")
    return Card(gettext("Curation"), figure, text, address, gettext("Look at them"), waits=True, rank=18)


def describe_job() -> Card | None:
    """The running job."""
    job = services().jobs.running()
    if job is None:
        return None
    text = gettext("Started by %(name)s, %(moment)s UTC.", name=job.started_by, moment=format_moment(job.started_at))
    address = url_for("studio.jobs.show", job_id=job.job_id)
    return Card(gettext("At work"), format_kind(job.kind), text, address, gettext("Watch it"), rank=5)


# The cards of the start page. A function gives a card, or None if there is nothing to say.
CARDS: list[Callable[[], Card | None]] = [
    describe_catalogue,
    describe_index,
    describe_labels,
    describe_rules,
    describe_rejects,
    describe_job,
    describe_isolated,
    describe_shoppers,
]


def _is_behind(live: SnapshotInfo) -> bool:
    """Whether a build would change the index; if the snapshot is damaged, whether there were imports since."""
    try:
        return measure_staleness(read_manifest(services().paths.index / live.id)).anything
    except DamagedSnapshotError:
        return any(source.imported_at > live.built_at for source in services().catalog.sources())
