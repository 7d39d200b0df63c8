"""The API's description: as an OpenAPI document for programs, and as a page for people."""

import json
from typing import Any

from flask import Blueprint, Response, jsonify, render_template

from webapp.api.openapi import write_document
from webapp.http.error_responses import describe_codes

bp = Blueprint("api_documentation", __name__, url_prefix="/api/v1")


@bp.get("/openapi.json")
def openapi() -> Response:
    """The OpenAPI 3.1 document."""
    return jsonify(write_document())


@bp.get("/docs")
def docs() -> str:
    """The same as a page, with all codes of errors."""
    return render_template("api/docs.html", document=write_document(), codes=describe_codes())


@bp.app_template_filter("with_components")
def with_components(schema: dict[str, Any], document: dict[str, Any]) -> str:
    """A schema as indented JSON, with what it refers to in place."""
    return json.dumps(_resolve(schema, document["components"]["schemas"]), indent=2, ensure_ascii=False)


def _resolve(schema: Any, components: dict[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_resolve(one, components) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _resolve(components[schema["$ref"].rpartition("/")[2]], components)
    return {name: _resolve(one, components) for name, one in schema.items()}
