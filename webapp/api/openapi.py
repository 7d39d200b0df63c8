"""The OpenAPI 3.1 document of version 1: what each route takes and answers, made when it is first asked for."""

from functools import cache
from typing import Any

from apispec import APISpec

from webapp.api.openapi_base import FLAG, TEXT, Schema, list_of, ref
from webapp.api.openapi_schemas import COMPONENTS, LIMIT, ORDER, search_fields

PREFIX = "/api/v1"
_KEY = "key"
_PRODUCT = "/products/{product_id}"
_JSON = "application/json"
_PROBLEM = "application/problem+json"
_CURSOR: dict[str, Schema] = {"limit": LIMIT, "cursor": TEXT}
_PHOTO_FIELDS: dict[str, Schema] = {"box": TEXT, "things": FLAG}


@cache
def write_document() -> dict[str, Any]:
    """The document; whoever gets it changes nothing in it."""
    spec = APISpec(
        title="Vitrina",
        version="1",
        openapi_version="3.1.0",
        info={"description": "Visual product search: photos in, products out, and the catalogue behind them."},
    )
    for name, schema in COMPONENTS.items():
        spec.components.schema(name, schema)
    spec.components.security_scheme(_KEY, {"type": "http", "scheme": "bearer"})
    _add_photo_searches(spec)
    _add_product_searches(spec)
    suggestions = _operation("What completes a search field", "Suggestions", query={"q": TEXT, "limit": LIMIT})
    _add(spec, "/suggestions", get=suggestions)
    _add_reads(spec)
    _add_writes(spec)
    _add_exchange(spec)
    return spec.to_dict()


def _add_photo_searches(spec: APISpec) -> None:
    fields = search_fields() | ORDER | _PHOTO_FIELDS
    photo = {"type": "string", "format": "binary"}
    form = {"photo": photo, **fields, "keep": FLAG, "event": FLAG, "words": TEXT}
    body = {"multipart/form-data": {"type": "object", "properties": form, "required": ["photo"]}}
    _add(spec, "/search", post=_operation("Search by a photo", "PhotoAnswer", body=body))
    kept = _operation("Search again by a photo that was kept", "PhotoAnswer", query=fields, path=("token",))
    _add(spec, "/photos/{token}/search", get=kept)


def _add_product_searches(spec: APISpec) -> None:
    filters = search_fields()
    _add(
        spec,
        f"{_PRODUCT}/similar",
        get=_operation("Products that look like one", "SimilarAnswer", query=filters | ORDER, path=("product_id",)),
    )
    _add(
        spec,
        f"{_PRODUCT}/goes-with",
        get=_operation("Products that go with one", "GoesWithAnswer", query={"limit": LIMIT}, path=("product_id",)),
    )
    ids = {_JSON: ref("ProductIds")}
    _add(spec, "/products/similar", post=_operation("The same for a list", "SimilarList", query=filters, body=ids))
    _add(
        spec,
        "/products/goes-with",
        post=_operation("The same for a list", "GoesWithList", query={"limit": LIMIT}, body=ids),
    )


def _add_reads(spec: APISpec) -> None:
    _add(
        spec,
        "/products",
        get=_operation("The catalogue, page by page", "ProductPage", query=_CURSOR | {"category": TEXT}),
    )
    _add(spec, "/categories", get=_operation("The categories", "Categories"))


def _add_writes(spec: APISpec) -> None:
    fields = {_JSON: ref("ProductFields")}
    put = _operation("Create or replace a product", "Done", path=("product_id",), body=fields, scope="write")
    put["responses"]["201"] = put["responses"]["200"]
    _add(
        spec,
        _PRODUCT,
        get=_operation("A product", "Product", path=("product_id",)),
        put=put,
        patch=_operation("Change fields of a product", "Done", path=("product_id",), body=fields, scope="write"),
        delete=_operation("Remove a product", "Done", path=("product_id",), scope="write"),
    )
    batch = _operation("Several of these, all or none", "BatchDone", body={_JSON: ref("Batch")}, scope="write")
    _add(spec, "/products/batch", post=batch)


def _add_exchange(spec: APISpec) -> None:
    events = _operation("Store events", "Stored", status=202, body={_JSON: ref("Events")}, scope="events")
    _add(spec, "/events", post=events)
    corrections = _operation("Decisions on labels", "Corrections", query=_CURSOR, scope="read")
    _add(spec, "/label-corrections", get=corrections)


def _add(spec: APISpec, path: str, **operations: dict[str, Any]) -> None:
    spec.path(PREFIX + path, operations=operations)


def _operation(
    summary: str,
    answer: str,
    *,
    status: int = 200,
    query: dict[str, Schema] | None = None,
    path: tuple[str, ...] = (),
    body: dict[str, Schema] | None = None,
    scope: str | None = None,
) -> dict[str, Any]:
    """An operation; with a scope it takes a key, and if it writes, an idempotency key."""
    parameters = [_parameter(name, schema) for name, schema in (query or {}).items()]
    parameters += [{"name": name, "in": "path", "required": True, "schema": TEXT | {"minLength": 1}} for name in path]
    problem = {
        "description": "What came, what is needed, what to do",
        "content": {_PROBLEM: {"schema": ref("Problem")}},
    }
    operation: dict[str, Any] = {
        "summary": summary,
        "parameters": parameters,
        "responses": {
            str(status): {"description": "Done", "content": {_JSON: {"schema": ref(answer)}}},
            "4XX": problem,
            "503": problem,
        },
    }
    if body is not None:
        content = {media_type: {"schema": schema} for media_type, schema in body.items()}
        operation["requestBody"] = {"required": True, "content": content}
    if scope is not None:
        operation["security"] = [{_KEY: []}]
        operation["description"] = f"Takes a key with the scope {scope}."
    if scope in ("write", "events"):
        schema = TEXT | {"minLength": 1, "maxLength": 200}
        parameters.append({"name": "Idempotency-Key", "in": "header", "required": False, "schema": schema})
    return operation


def _parameter(name: str, schema: Schema) -> dict[str, Any]:
    repeated = {"style": "form", "explode": True} if schema == list_of(TEXT) else {}
    return {"name": name, "in": "query", "required": False, "schema": schema, **repeated}
