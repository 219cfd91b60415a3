"""The OpenAPI document, written from the one table of endpoints."""

from functools import cache
from inspect import getdoc
from typing import Any

from apispec import APISpec
from pydantic.json_schema import models_json_schema

from bot.api.endpoint import Endpoint, Nothing, Shape
from bot.api.idempotency import HEADER, MOST
from bot.api.table import ENDPOINTS

REF = "#/components/schemas/{model}"

ABOUT = """Programs send `Authorization: Bearer …` with a token (`standby token create` makes one).

- Times are ISO 8601 with an offset; those that come back carry the clinic's.
- Lists come in pages: `next` of one answer is `cursor` of the next request.
- Writes take an `Idempotency-Key`: the same request with the same key is done once, and answered the same.
- Errors are problem documents (RFC 9457): `detail` says what is wrong, `errors` where.
"""

PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong, in a sentence."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["where", "message"],
                "properties": {"where": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}

FAILURES = {
    "400": "The request cannot be read.",
    "401": "No token, or one that does not work.",
    "403": "The token, or the role, lacks the permission.",
    "422": "A value cannot be used.",
}


@cache
def document() -> dict[str, Any]:
    spec = APISpec(
        title="Standby",
        version="1",
        openapi_version="3.1.0",
        info={"description": ABOUT},
        servers=[{"url": "/api/v1"}],
        security=[{"token": []}],
    )
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    spec.components.schema("Problem", PROBLEM)
    for name, schema in _schemas().items():
        spec.components.schema(name, schema)
    for endpoint in ENDPOINTS:
        spec.path(endpoint.path, operations={endpoint.method.lower(): _operation(endpoint)})
    return dict(spec.to_dict())


def _schemas() -> dict[str, Any]:
    bodies = {each.body for each in ENDPOINTS if each.body is not Nothing}
    answers = {each.answers for each in ENDPOINTS if each.answers is not None}
    found: dict[str, Any] = {}
    for mode, models in (("validation", bodies), ("serialization", answers)):
        listed = [(model, mode) for model in sorted(models, key=lambda each: each.__name__)]
        _, schema = models_json_schema(listed, ref_template=REF)  # type: ignore[arg-type]
        found |= schema.get("$defs", {})
    return dict(sorted(found.items()))


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    said = (getdoc(endpoint.act) or "").partition("\n\n")
    operation: dict[str, Any] = {
        "operationId": endpoint.name,
        "tags": [endpoint.path.strip("/").partition("/")[0]],
        "summary": said[0].replace("\n", " "),
        "description": f"{said[2]}\n\nPermission: `{endpoint.permission}`".strip(),
        "parameters": _parameters(endpoint),
        "responses": _responses(endpoint),
    }
    if endpoint.body is not Nothing:
        content = {"application/json": {"schema": _ref(endpoint.body)}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if "{id}" in endpoint.path:
        schema = {"type": "string", "format": "uuid"}
        found.append({"name": "id", "in": "path", "required": True, "schema": schema})
    described = endpoint.query.model_json_schema(ref_template=REF)
    inline = described.get("$defs", {})
    for name, schema in described.get("properties", {}).items():
        required = name in described.get("required", ())
        found.append({"name": name, "in": "query", "required": required, "schema": _inlined(schema, inline)})
    if endpoint.writes:
        key: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": MOST}
        found.append({"name": HEADER, "in": "header", "required": False, "schema": key})
    return found


def _inlined(schema: Any, definitions: dict[str, Any]) -> Any:
    """A parameter's schema stands for itself: what it refers to is put in place."""
    if isinstance(schema, list):
        return [_inlined(each, definitions) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    return {name: _inlined(each, definitions) for name, each in schema.items()}


def _responses(endpoint: Endpoint) -> dict[str, Any]:
    failures = dict(FAILURES)
    if "{id}" in endpoint.path:
        failures["404"] = "There is no such thing in this clinic."
    if endpoint.writes:
        failures["409"] = "It cannot be done as things stand."
    if endpoint.body is not Nothing:
        failures["415"] = "The body is no JSON."
    problem = {"application/problem+json": {"schema": {"$ref": REF.format(model="Problem")}}}
    found: dict[str, Any] = {
        code: {"description": words, "content": problem} for code, words in failures.items()
    }
    if endpoint.answers is None:
        return {"204": {"description": "Done."}, **found}
    content = {"application/json": {"schema": _ref(endpoint.answers)}}
    return {str(endpoint.status): {"description": "Done.", "content": content}, **found}


def _ref(shape: type[Shape]) -> dict[str, str]:
    return {"$ref": REF.format(model=shape.__name__)}
