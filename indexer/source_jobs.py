"""The studio's jobs that read a source: its check, and its import."""

from collections.abc import Mapping
from pathlib import Path

from catalog import Catalog
from catalog.checking.source_check import check_source
from catalog.errors import SourceError
from catalog.importing import import_source
from catalog.importing.import_requests import ImportRequests
from catalog.importing.kept_options import KeptOptions


def check_requested(catalog: Catalog, home: Path, job_id: int) -> Mapping[str, object]:
    """Check the source of a request, keep what was found, and return the figures."""
    requests = ImportRequests(home)
    request = requests.read(job_id)
    mapping, options = request.told.read()
    check = check_source(request.source, mapping, options)
    requests.write_check(job_id, check.to_dict())
    return {"products": check.products, "findings": len(check.findings), "problem": check.problem}


def import_requested(catalog: Catalog, home: Path, job_id: int) -> Mapping[str, object]:
    """Import the source of a request, and return the figures."""
    request = ImportRequests(home).read(job_id)
    mapping, options = request.told.read()
    if not request.source:
        raise SourceError("The request names no source.")
    report = import_source(catalog, request.source, mapping=mapping, options=options, prune=request.prune)
    KeptOptions(home).keep(request.source, request.told)
    print("\n".join(report.describe()))  # noqa: T201 - the log
    names = ("added", "updated", "unchanged", "removed", "photos", "rejected_rows", "rejected_photos", "warnings")
    return {name: getattr(report, name) for name in names}
