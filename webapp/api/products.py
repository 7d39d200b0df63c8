"""The API by which programs keep the catalogue: products created, replaced, patched and deleted, one or a batch."""

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

from flask import Blueprint, Response, jsonify, request

from catalog.accounts.api_keys import WRITE
from catalog.accounts.audit import PROGRAM
from catalog.changes.product_edits import ACTIONS, DELETE, MOST_EDITS, PATCH, PUT, ProductEdit
from catalog.changes.product_fields import read_fields, read_product_id
from catalog.errors import ProductEditError
from catalog.importing.photo_inspection import SoundPhoto
from search.photo import MAX_BYTES
from webapp.api.idempotency import idempotent
from webapp.api.json_bodies import parse_json
from webapp.api.keys import current_key, needs_scope
from webapp.http.form_limits import takes_file
from webapp.services.access import services
from webapp.services.product_saving import keep_photos

_FIELD = "product"  # of a multipart form, with the product as JSON
_BATCH = "operations"
_PHOTOS = "photos"
_PHOTO = "photo"

bp = Blueprint("api_products", __name__, url_prefix="/api/v1/products")


@bp.put("/<product_id:product_id>")
@takes_file(MAX_BYTES)
@needs_scope(WRITE)
@idempotent
def put(product_id: str) -> tuple[Response, int]:
    """Create or replace a product: its fields as JSON, and its photos as files; without any it keeps those it has."""
    done = _save([{"action": PUT, "product_id": product_id, **_sent_product(), **_own_photos()}])
    return jsonify(product_id=product_id, done=done[0]), 201 if done[0] == "created" else 200


@bp.patch("/<product_id:product_id>")
@takes_file(MAX_BYTES)
@needs_scope(WRITE)
@idempotent
def patch(product_id: str) -> Response:
    """Change the fields that are sent, and the photos if any are; null empties a field."""
    done = _save([{"action": PATCH, "product_id": product_id, **_sent_product(), **_own_photos()}])
    return jsonify(product_id=product_id, done=done[0])


@bp.delete("/<product_id:product_id>")
@needs_scope(WRITE)
@idempotent
def delete(product_id: str) -> Response:
    """Remove a product; one that isn't there is gone already."""
    done = _save([{"action": DELETE, "product_id": product_id}])
    return jsonify(product_id=product_id, done=done[0])


@bp.post("/batch")
@takes_file(MAX_BYTES)
@needs_scope(WRITE)
@idempotent
def batch() -> Response:
    """Do several operations in their order, all or none; ``photos`` names the file parts that hold them."""
    sent = _read_json(_BATCH)
    operations = sent.get(_BATCH) if isinstance(sent, dict) else sent
    if not isinstance(operations, list) or not 1 <= len(operations) <= MOST_EDITS:
        raise ProductEditError(f"A batch is a list of 1 to {MOST_EDITS} operations, in a field {_BATCH!r}.")
    done = _save(operations)
    names = [one["product_id"] for one in operations]
    return jsonify(results=[{"product_id": name, "done": what} for name, what in zip(names, done, strict=True)])


def _save(operations: list[Any]) -> list[str]:
    for one in operations:
        if not isinstance(one, dict) or one.get("action") not in ACTIONS or not isinstance(one.get("product_id"), str):
            raise ProductEditError(f"An operation has an action ({', '.join(ACTIONS)}) and a product_id.")
    checked = [_read_operation(one) for one in operations]
    saving, by = services().product_saving, f"{PROGRAM}{current_key().name}"[:80]
    sent = _files({name for _, names in checked for name in names or ()})
    with saving.photos.in_use() if sent else nullcontext():
        kept = keep_photos(saving.photos, sent)
        return saving.save([_with_photos(edit, names, kept) for edit, names in checked], by=by)


def _read_operation(one: Mapping[str, Any]) -> tuple[ProductEdit, list[str] | None]:
    product_id = read_product_id(one["product_id"])
    names, fields = one.get(_PHOTOS), one.get(_FIELD, {})
    if names is not None and not (isinstance(names, list) and names and all(isinstance(name, str) for name in names)):
        raise ProductEditError(f"{product_id}: {_PHOTOS} is a list of the names of file parts.")
    if not isinstance(fields, dict):
        raise ProductEditError(f"{product_id}: the fields of a product are an object.")
    return ProductEdit(one["action"], product_id, read_fields(product_id, fields)), names


def _with_photos(edit: ProductEdit, names: list[str] | None, kept: Mapping[str, SoundPhoto]) -> ProductEdit:
    if names is None or edit.action == DELETE:
        return edit
    return ProductEdit(edit.action, edit.product_id, edit.fields, tuple(kept[name] for name in dict.fromkeys(names)))


def _files(names: set[str]) -> dict[str, bytes]:
    """The contents of file parts; several parts of one name are told apart by a number behind it."""
    there = _numbered_files()
    missing = sorted(names - there.keys())
    if missing:
        raise ProductEditError(f"The request has no file part {missing[0]!r:.80}.")
    return {name: there[name].stream.read() for name in sorted(names)}


def _own_photos() -> dict[str, list[str]]:
    """The photos of a request about one product: all file parts, in their order."""
    names = list(_numbered_files())
    return {_PHOTOS: names} if names else {}


def _numbered_files() -> dict[str, Any]:
    """Every file part by a name of its own: of two of one name the second gets "-2" behind it, if that is free."""
    found: dict[str, Any] = {}
    for name, file in request.files.items(multi=True):
        own, number = name, 1
        while own in found or (number > 1 and own in request.files):
            number += 1
            own = f"{name}-{number}"
        found[own] = file
    return found


def _sent_product() -> dict[str, Any]:
    sent = _read_json(_FIELD)
    return {_FIELD: {} if sent is None else sent}


def _read_json(field: str) -> Any:
    """JSON from a field of a multipart form, or else from the body; None for nothing."""
    content = request.form.get(field) if request.mimetype == "multipart/form-data" else request.get_data()
    if not content or not content.strip():
        return None
    try:
        return parse_json(content)
    except (ValueError, RecursionError) as error:
        raise ProductEditError(f"This is no JSON: {str(error)[:100]}.") from error
