"""Texts for jobs: what they do, what stage they are in, and how they ended."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from flask_babel import LazyString, format_decimal, format_timedelta, gettext, lazy_gettext, ngettext

from catalog.jobs.job_report import JobReport
from catalog.jobs.store import Job

# For each kind of job: the text of the button that starts it, and its name in a list.
STARTS: dict[str, LazyString] = {
    "build": lazy_gettext("Rebuild the index"),
    "check-labels": lazy_gettext("Look for wrong labels"),
    "appraise": lazy_gettext("Evaluate the model"),
}
KINDS: dict[str, LazyString] = {
    "build": lazy_gettext("Index rebuild"),
    "check-labels": lazy_gettext("Label check"),
    "appraise": lazy_gettext("Evaluation of the model"),
    "check-source": lazy_gettext("Check of a source"),
    "import": lazy_gettext("Import"),
}
STATES: dict[str, LazyString] = {
    "running": lazy_gettext("running"),
    "done": lazy_gettext("done"),
    "failed": lazy_gettext("failed"),
    "cancelled": lazy_gettext("cancelled"),
    "stopped": lazy_gettext("stopped"),
    "died": lazy_gettext("ended without a word"),
}
# Stages and bars as the indexer names them; one that isn't listed here is shown as it stands.
STAGES: dict[str, LazyString] = {
    "look": lazy_gettext("Looking at every photo"),
    "embed": lazy_gettext("Reading new photos"),
    "gather": lazy_gettext("Gathering what is known of all photos"),
    "categories": lazy_gettext("Learning the categories"),
    "balance": lazy_gettext("Learning how much colours count"),
    "grades": lazy_gettext("Measuring how alike products are"),
    "neighbours": lazy_gettext("Looking for products with no similar ones"),
    "write": lazy_gettext("Writing and checking the index"),
    "looking": lazy_gettext("Looking at every photo"),
    "embedding": lazy_gettext("Reading new photos"),
    "decoding": lazy_gettext("Preparing photos to compare"),
    "scaling": lazy_gettext("Preparing photos to compare"),
    "comparing": lazy_gettext("Looking for equal pictures"),
    "checking labels": lazy_gettext("Checking labels against each other"),
    "evaluating": lazy_gettext("Evaluating the model"),
    "Downloading": lazy_gettext("Downloading the feed"),
    "Reading": lazy_gettext("Reading the source"),
    "Checking": lazy_gettext("Checking photos"),
    "Checking photos": lazy_gettext("Checking photos"),
    "Downloading photos": lazy_gettext("Downloading photos"),
    "Writing": lazy_gettext("Writing products"),
}


def format_kind(kind: str) -> str:
    """The name of a kind of job."""
    return str(KINDS.get(kind, kind))


def format_stage(stage: str | None) -> str:
    """The text for the stage of a job."""
    if stage is None:
        return gettext("Starting")
    return str(STAGES.get(stage, stage))


def format_progress(report: JobReport) -> str:
    """The stage of a running job, with its figures if it has some: "Reading new photos: 120 of 900"."""
    if not report.total:
        return format_stage(report.stage)
    done, total = format_decimal(report.done), format_decimal(report.total)
    return gettext("%(stage)s: %(done)s of %(total)s", stage=format_stage(report.stage), done=done, total=total)


def format_duration(job: Job) -> str:
    """How long an ended job took, "3 minutes"."""
    if job.ended_at is None:
        return "–"
    took = datetime.fromisoformat(job.ended_at) - datetime.fromisoformat(job.started_at)
    return format_timedelta(max(took, timedelta(seconds=1)), threshold=1.2)


def format_outcome(job: Job) -> str:
    """How a job ended, in a sentence or two."""
    if job.state == "done":
        formatter = {"build": _format_built, "check-labels": _format_checked, "import": _format_imported}.get(job.kind)
        return formatter(job.facts) if formatter else gettext("Done.")
    if job.state == "failed":
        return gettext("It failed. %(reason)s", reason=job.error or "")
    if job.state == "cancelled":
        return gettext("It was cancelled by %(name)s.", name=job.cancelled_by or "–")
    if job.state == "stopped":
        return gettext("The system stopped it, as when a machine or a service shuts down.")
    if job.state == "died":
        return gettext(
            "It ended without a word: it was killed, ran out of memory, its disk was full, or the machine went down. "
            "Nothing is broken; start it again."
        )
    return gettext("It is running.")


def _format_built(facts: Mapping[str, object]) -> str:
    if not facts.get("published"):
        return gettext("Nothing had changed; the live index stays as it is.")
    count = int(str(facts.get("products", 0)))
    products = ngettext("%(number)s product", "%(number)s products", count, number=format_decimal(count))
    embedded = int(str(facts.get("embedded", 0)))
    photos = ngettext("%(number)s photo", "%(number)s photos", embedded, number=format_decimal(embedded))
    return gettext("A new index is live: %(products)s, %(photos)s newly read.", products=products, photos=photos)


def _format_imported(facts: Mapping[str, object]) -> str:
    names = ("added", "updated", "unchanged", "removed")
    counts = {name: format_decimal(int(str(facts.get(name, 0)))) for name in names}
    done = gettext(
        "Products: %(added)s added, %(updated)s updated, %(unchanged)s unchanged, %(removed)s removed.", **counts
    )
    rejected = sum(int(str(facts.get(name, 0))) for name in ("rejected_rows", "rejected_photos"))
    if rejected:
        told = gettext("%(number)s rows and photos were rejected.", number=format_decimal(rejected))
        done = f"{done} {told}"
    told = gettext("Searches follow within a second; many new photos wait until the index is rebuilt.")
    return f"{done} {told}"


def _format_checked(facts: Mapping[str, object]) -> str:
    issues = int(str(facts.get("issues", facts.get("suspicions", 0))))  # the second name: jobs of earlier versions
    conflicts = int(str(facts.get("conflicts", 0)))
    labels = ngettext("%(num)s label in question", "%(num)s labels in question", issues)
    pictures = ngettext("%(num)s picture has different labels.", "%(num)s pictures have different labels.", conflicts)
    return f"{labels}. {pictures}" if conflicts else f"{labels}."
