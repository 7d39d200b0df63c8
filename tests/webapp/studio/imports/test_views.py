"""Sources through the studio: what is sent or named is checked, mapped and imported, by admins."""

import io
import json
import re

import pytest

from catalog.checking.source_check import check_source
from catalog.feeds.formats.registry import format_names
from catalog.importing.import_requests import ImportRequests
from catalog.jobs.store import DONE
from indexer.source_jobs import check_requested, import_requested
from search.files import written_aside
from tests.webapp.boutique import photo_bytes
from webapp.services.access import services_of
from webapp.studio.imports.texts import FORMATS

TABLE = b"sku,type,image,price\nA,Coats,a.jpg,9.90\nB,Coats,gone.jpg,9.90\n"


@pytest.fixture
def admin(sign_in):
    return sign_in("admin")


@pytest.fixture
def inline_jobs(app, catalog):
    """Jobs are done at once, in this process, by the functions that do them elsewhere."""
    services, work = services_of(app), {"check-source": check_requested, "import": import_requested}

    def launch(job, descriptor):
        facts = work[job.kind](catalog, services.paths.home, job.job_id)
        services.jobs.end(job.job_id, DONE, facts=facts)

    services.launch_job = launch
    return services


def send(studio, name="products.csv", content=TABLE, **fields):
    data = {"file": (io.BytesIO(content), name), **fields}
    return studio.post("/studio/imports/check", data, content_type="multipart/form-data")


def test_an_export_is_checked_mapped_and_imported(admin, inline_jobs, catalog):
    """From the file of a browser to the catalogue, with columns chosen from lists."""
    (inline_jobs.paths.home / "uploads").mkdir()
    (inline_jobs.paths.home / "uploads" / "a.jpg").write_bytes(photo_bytes())
    before = catalog.counts().products
    address = send(admin).headers["Location"]
    page = admin.get(address).text
    assert "gone.jpg" in page
    assert re.search(r"<option selected>sku</option>", page)
    columns = {"column-product_id": "sku", "column-category": "type", "column-image": "image", "column-price": "price"}
    answer = admin.post(f"{address}/import", columns)
    assert answer.status_code == 303
    assert catalog.product("A").price_cents == 990
    assert catalog.counts().products == before + 1
    assert "Products: 1 added" in admin.get(answer.headers["Location"]).text
    page = admin.get(send(admin).headers["Location"]).text
    assert "--map product_id=sku --map category=type" in page, "what was chosen is kept for the source"


def test_a_file_that_a_job_may_be_reading_is_not_replaced(admin, app):
    """An import reads its source twice, and both readings must be of one file."""
    services = services_of(app)
    upload = services.paths.home / "uploads" / "products.csv"
    answers = []

    def launch(job, descriptor):
        answers.append(send(admin, content=b"another"))
        services.jobs.end(job.job_id, DONE)

    services.launch_job = launch
    assert send(admin).status_code == 303
    assert [answer.status_code for answer in answers] == [409]
    assert upload.read_bytes() == TABLE


def test_findings_are_read_in_spanish_too(admin, inline_jobs):
    """The reasons of single rows are marked as English."""
    address = send(admin).headers["Location"]
    page = admin.get(address, headers={"Accept-Language": "es"}).text
    assert "Fotos que no se pueden usar." in page
    assert "Photos that can&#39;t be used." in admin.get(address, headers={"Accept-Language": "en"}).text


def test_columns_can_be_chosen_and_checked_again(admin, inline_jobs):
    """Where a guess was wrong."""
    address = send(admin, content=b"one,two,three\nA,Coats,a.jpg\n").headers["Location"]
    assert "has no columns" in admin.get(address).text
    columns = {"column-product_id": "one", "column-category": "two", "column-image": "three"}
    again = admin.post(f"{address}/check", columns).headers["Location"]
    assert "has no columns" not in admin.get(again).text


def test_every_format_can_be_named(admin):
    """In words of the reader's language."""
    assert set(FORMATS) == set(format_names())
    page = admin.get("/studio/imports/", headers={"Accept-Language": "es"}).text
    assert "exportación de productos de WooCommerce" in page


def test_only_admins_import(merchandiser, sign_in):
    """A path on the server may be any file; others see the sources."""
    assert send(merchandiser).status_code == 403
    page = sign_in("viewer").get("/studio/imports/")
    assert page.status_code == 200
    assert "<form" not in page.text.split("<main")[1].split("</main>")[0]


def test_no_name_of_a_file_leads_out(tmp_path):
    """Whatever a browser calls it."""
    requests = ImportRequests(tmp_path)
    for name in ("../../x.csv", "/etc/x.csv", "..\\x.csv", "...", "a\0b.csv"):
        assert requests.upload_path(name).parent == tmp_path / "uploads"


def test_a_long_name_of_a_file_is_no_fault(admin, tmp_path):
    """File systems count bytes, and letters of many languages have two or three."""
    names = {ImportRequests(tmp_path).upload_path(f"{letter * 300}.csv") for letter in ("a", "ж", "文", "𠀀")}
    assert len(names) == 4
    for path in names:
        assert path.suffix == ".csv"
        with written_aside(path) as partial:
            partial.write_bytes(b"")


@pytest.mark.parametrize("source", ["", "products.csv", "file:///etc/passwd", "ftp://x/y"])
def test_a_source_is_an_address_or_a_whole_path(admin, source):
    """Anything else is refused with a sentence, and no job starts."""
    answer = admin.post("/studio/imports/check", {"source": source}, content_type="multipart/form-data")
    assert answer.headers["Location"].endswith("/studio/imports/")


def test_a_source_is_not_checked_by_the_jobs_page(admin):
    """Such a job would not know what to read."""
    assert admin.post("/studio/jobs", {"kind": "import"}).status_code == 400


def test_a_check_can_be_kept(tmp_path):
    """As JSON, also of a source that can't be read."""
    found = check_source(tmp_path / "nowhere.csv", progress=False).to_dict()
    requests = ImportRequests(tmp_path)
    requests.write_check(3, found)
    assert requests.read_check(3) == json.loads(json.dumps(found))
    assert requests.read_check(4) == {}
