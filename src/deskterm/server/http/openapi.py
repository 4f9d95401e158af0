"""The contract as an OpenAPI 3.1 document, built from the route table and its models."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema
from pydantic_core import to_json

import deskterm
from deskterm.protocol.ids import UUID_PATTERN
from deskterm.protocol.wire.responses import OpenApiDocument, Problem
from deskterm.server.http.answer import Answer
from deskterm.server.http.call import Call
from deskterm.server.http.idempotency import HEADER, KEY_LIMIT
from deskterm.server.http.problems import JSON, MEDIA_TYPE
from deskterm.server.http.route import Route, Who

REFERENCE = "#/components/schemas/{model}"

BYTES = "application/octet-stream"
_FILE = {"description": "The file", "content": {"*/*": {"schema": {}}}}  # whatever it is

#: By model and direction: what comes in is `validation`, what goes out is `serialization`.
References = Mapping[Any, dict[str, Any]]


def publishing(routes: Sequence[Route]) -> Route:
    """The route that publishes `routes` and itself."""
    made: list[bytes] = []

    async def openapi(call: Call) -> Answer:
        """Built at the first request: nothing at start-up has to wait for it."""
        if not made:
            made.append(to_json(document((*routes, own))))
        return Answer(200, made[0])

    own = Route(
        "GET",
        "/openapi.json",
        openapi,
        "This document",
        Who.PUBLIC,
        answers={200: OpenApiDocument},
        rate="none",
    )
    return own


def document(routes: Sequence[Route]) -> dict[str, Any]:
    """The whole document."""
    references, definitions = _schemas(routes)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        path = paths.setdefault(route.base + route.path, {})
        path[route.method.lower()] = _operation(route, references, definitions)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "deskterm",
            "version": deskterm.__version__,
            "description": "Customer support: conversations, tickets, people. Events come by WebSocket.",
        },
        "paths": paths,
        "components": {
            "schemas": definitions,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _schemas(routes: Iterable[Route]) -> tuple[References, dict[str, Any]]:
    """A reference for every model in use, and the definitions they lead to."""
    asked = {model for each in routes for model in (each.body, each.query) if model}
    answered = {model for each in routes for model in each.answers.values() if model} | {Problem}
    keys: list[tuple[type[BaseModel], JsonSchemaMode]] = [(model, "validation") for model in asked]
    keys += [(model, "serialization") for model in answered]
    keys.sort(key=lambda key: (key[0].__module__, key[0].__name__))
    references, schema = models_json_schema(keys, ref_template=REFERENCE)
    return references, schema["$defs"]


def _operation(route: Route, references: References, definitions: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.operation_id,
        "summary": route.summary,
        "description": f"For: {route.who.value}.",
        "parameters": [*_path_parameters(route), *_query_parameters(route, references, definitions)],
        "responses": {
            **{
                str(status): _FILE if route.gives_file else _success(model, references)
                for status, model in route.answers.items()
            },
            "default": {
                "description": "A refusal",
                "content": {MEDIA_TYPE: {"schema": references[(Problem, "serialization")]}},
            },
        },
        "security": _security(route),
    }
    if route.keeps_answers:
        operation["parameters"].append(
            {"name": HEADER, "in": "header", "schema": {"type": "string", "maxLength": KEY_LIMIT}}
        )
    if route.takes_file:
        operation["requestBody"] = {"required": True, "content": {BYTES: {"schema": {}}}}
    if route.body is not None:
        content = {JSON: {"schema": references[(route.body, "validation")]}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _security(route: Route) -> list[dict[str, list[str]]]:
    if route.who is Who.PUBLIC:
        return []
    return [{}, {"token": []}] if route.who is Who.OPTIONAL else [{"token": []}]


def _success(model: type[BaseModel] | None, references: References) -> dict[str, Any]:
    if model is None:
        return {"description": "Done"}
    content = {JSON: {"schema": references[(model, "serialization")]}}
    return {"description": (model.__doc__ or "The answer").splitlines()[0], "content": content}


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    schema = {"type": "string", "format": "uuid", "pattern": UUID_PATTERN.pattern}
    names = [part[1:-1] for part in route.path.split("/") if part.startswith("{")]
    return [{"name": name, "in": "path", "required": True, "schema": schema} for name in names]


def _query_parameters(
    route: Route, references: References, definitions: dict[str, Any]
) -> list[dict[str, Any]]:
    if route.query is None:
        return []
    name = references[(route.query, "validation")]["$ref"].rpartition("/")[2]
    model = definitions[name]
    required = set(model.get("required", ()))
    return [
        {"name": each, "in": "query", "required": each in required, "schema": _never_null(schema)}
        for each, schema in model.get("properties", {}).items()
    ]


def _never_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A query has no null: an optional parameter is left out instead."""
    choices = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    if len(choices) != 1:
        return schema
    rest = {key: value for key, value in schema.items() if key not in ("anyOf", "default")}
    return {**rest, **choices[0]}
