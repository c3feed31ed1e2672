"""The reference of the API at `/docs`, drawn from the application itself; no script, no server."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from admin import pages
from ledger.refusals import Unknown

METHODS: Final = ("get", "post", "put", "patch", "delete")

routes = APIRouter(route_class=pages.PageRoute, include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a member of a body."""

    name: str
    kind: str
    required: bool
    note: str


@dataclass(frozen=True, slots=True)
class Verb:
    """One method of one path."""

    method: str
    path: str
    summary: str
    note: str
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    answers: tuple[tuple[str, str], ...]


@routes.get("/docs")
def reference(request: Request) -> Response:
    """List every path of the API."""
    version = request.app.openapi()["info"]["version"]
    return pages.render(request, "reference.html", groups=_groups(request), version=version)


@routes.get("/docs/{group}")
def one_group(request: Request, group: str) -> Response:
    """Show what the paths of a group take and answer. Raises Unknown."""
    verbs = _groups(request).get(group)
    if verbs is None:
        raise Unknown(what="page", id=group[:40])
    return pages.render(request, "reference-group.html", group=group, verbs=verbs)


def _groups(request: Request) -> dict[str, list[Verb]]:
    groups: dict[str, list[Verb]] = {}
    for verb in _verbs(request.app.openapi()):
        groups.setdefault(_group(verb.path), []).append(verb)
    return groups


def _group(path: str) -> str:
    parts = [part for part in path.split("/") if part and not part.startswith("{")]
    return parts[1] if len(parts) > 1 and parts[0] == "v1" else parts[0] if parts else "/"


def _verbs(described: Mapping[str, Any]) -> Iterator[Verb]:
    for path, item in described["paths"].items():
        for method in METHODS:
            if method in item:
                verb = item[method]
                yield Verb(
                    method=method.upper(),
                    path=path,
                    summary=verb.get("summary", ""),
                    note=verb.get("description", ""),
                    parameters=tuple(_parameters(verb, described)),
                    body=tuple(_body(verb, described)),
                    answers=tuple(
                        (status, answer.get("description", ""))
                        for status, answer in verb.get("responses", {}).items()
                    ),
                )


def _parameters(verb: Mapping[str, Any], described: Mapping[str, Any]) -> Iterator[Field]:
    for parameter in verb.get("parameters", ()):
        kind = _kind(parameter.get("schema", {}), described)
        note = parameter.get("description", "")
        yield Field(parameter["name"], kind, bool(parameter.get("required")), note)


def _body(verb: Mapping[str, Any], described: Mapping[str, Any]) -> Iterator[Field]:
    for content in verb.get("requestBody", {}).get("content", {}).values():
        shape = _resolved(content.get("schema", {}), described)
        required = shape.get("required", ())
        for name, schema in shape.get("properties", {}).items():
            kind = _kind(schema, described)
            yield Field(name, kind, name in required, schema.get("description", ""))
        return


def _resolved(schema: Mapping[str, Any], described: Mapping[str, Any]) -> Mapping[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: Mapping[str, Any] = described["components"]["schemas"][name] if name else schema
    return found


def _kind(schema: Mapping[str, Any], described: Mapping[str, Any]) -> str:
    schema = _resolved(schema, described)
    if "anyOf" in schema:
        return " | ".join(_kind(each, described) for each in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(str(each) for each in schema["enum"])
    if schema.get("type") == "array":
        return f"{_kind(schema.get('items', {}), described)}[]"
    kind = str(schema.get("type", schema.get("const", "object")))
    return f"{kind} ({schema['format']})" if "format" in schema else kind
