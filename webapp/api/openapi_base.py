"""What the JSON Schemas of the API's description are put together from."""

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
COUNT: Schema = {"type": "integer", "minimum": 0}
FLAG: Schema = {"type": "boolean"}


def maybe(schema: Schema) -> Schema:
    """The same or null."""
    return schema | {"type": [schema["type"], "null"]}


def list_of(schema: Schema | str) -> Schema:
    """A list of these; a text names a component."""
    return {"type": "array", "items": ref(schema) if isinstance(schema, str) else schema}


def ref(name: str) -> Schema:
    """A component by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def record(fields: Schema, *optional: str) -> Schema:
    """An object with these fields; those that are named may be absent."""
    required = [name for name in fields if name not in optional]
    return {"type": "object", "properties": fields, "required": required}


ID: Schema = {"type": "string", "minLength": 1, "maxLength": 500}
