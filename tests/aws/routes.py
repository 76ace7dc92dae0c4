"""Which operation of a REST service a method and a path mean, by botocore's model of it."""

import functools
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

import botocore.session
from botocore.exceptions import UnknownServiceError

from tests.aws.wire import Request

LABEL = re.compile(r"\{(\w+)(\+?)\}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    operation: str
    method: str
    path: re.Pattern[str]
    labels: tuple[str, ...]
    query: tuple[tuple[str, str], ...]
    needed_query: frozenset[str]
    needed_headers: frozenset[str]
    members: tuple[tuple[str, str, str, str], ...]  # location, names on the wire and here, type

    @property
    def weight(self) -> tuple[int, int]:
        """Order the routes that fit: what asks for more is meant."""
        asked = len(self.query) + len(self.needed_query) + len(self.needed_headers)
        return asked, len(self.path.pattern)


@functools.cache
def service_model(service: str) -> Any | None:
    """Return botocore's model of a service, or None if it has none by that name."""
    try:
        return botocore.session.get_session().get_service_model(service)
    except UnknownServiceError:
        return None


@functools.cache
def routes(service: str) -> tuple[Route, ...]:
    """Return the routes of a service, those that ask for most first."""
    model = service_model(service)
    if model is None:
        return ()
    found = (route_of(model.operation_model(name)) for name in model.operation_names)
    return tuple(sorted(found, key=lambda route: route.weight, reverse=True))


def route_of(operation: Any) -> Route:
    """Return the route of one operation."""
    path, _, query = operation.http["requestUri"].partition("?")
    shape = operation.input_shape
    members = shape.members.items() if shape is not None else ()
    needed = shape.required_members if shape is not None else ()
    located = [
        (
            member.serialization["location"],
            member.serialization.get("name", name),
            name,
            member.type_name,
        )
        for name, member in members
        if "location" in member.serialization
    ]
    return Route(
        operation=operation.name,
        method=operation.http["method"],
        path=pattern_of(path),
        labels=tuple(label for label, _ in LABEL.findall(path)),
        query=tuple(parse_qsl(query, keep_blank_values=True)),
        needed_query=names_at("querystring", located, needed),
        needed_headers=names_at("header", located, needed),
        members=tuple(located),
    )


def names_at(where: str, located: list[tuple[str, str, str, str]], needed: Any) -> frozenset[str]:
    """Return the names on the wire of the members that must stand in one place."""
    return frozenset(
        wire.lower() if where == "header" else wire
        for location, wire, name, _ in located
        if location == where and name in needed
    )


def pattern_of(path: str) -> re.Pattern[str]:
    """Return the expression that a path of the model stands for."""
    parts, last = [], 0
    for label in LABEL.finditer(path):
        parts += [re.escape(path[last : label.start()]), "(.+)" if label[2] else "([^/]+)"]
        last = label.end()
    return re.compile("".join([*parts, re.escape(path[last:])]) + "/?$")


def matched(service: str, request: Request) -> tuple[str, str, dict[str, Any]] | None:
    """Return the operation, the resource and the members of a request to a REST service."""
    query = dict(parse_qsl(request.query, keep_blank_values=True))
    headers = {name.lower(): value for name, value in request.headers}
    for route in routes(service):
        found = route.path.match(request.path) if route.method == request.method else None
        fits = (
            found is not None
            and all(query.get(key) == value for key, value in route.query)
            and route.needed_query <= query.keys()
            and route.needed_headers <= headers.keys()
        )
        if found is not None and fits:
            values = [unquote(value) for value in found.groups()]
            labels = dict(zip(route.labels, values, strict=True))
            places = {"uri": labels, "querystring": query, "header": headers}
            members = {
                name: read_as(kind, places[where][key])
                for where, wire, name, kind in route.members
                if where in places
                and (key := wire.lower() if where == "header" else wire) in places[where]
            }
            return route.operation, "/".join(values), {**members, **json_members(request)}
    return None


def read_as(kind: str, text: str) -> Any:
    """Return what a text in a path, query or header stands for."""
    if kind in {"integer", "long"} and text.lstrip("-").isdigit():
        return int(text)
    if kind == "boolean":
        return text == "true"
    return text


def json_members(request: Request) -> dict[str, Any]:
    """Return the members that stand in a JSON body."""
    if not request.header("content-type").startswith("application/json"):
        return {}
    try:
        read = json.loads(request.body or b"{}")
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}
