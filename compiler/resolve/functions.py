"""The functions of expressions."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from compiler.expressions.bound import Bound, ConstantValue, JoinedValue, ObjectValue, Unknown
from compiler.expressions.parse import ExpressionError, parse
from compiler.expressions.syntax import PathTerm, Segment, Term
from compiler.expressions.types import ANY, STRING
from compiler.resolve.scope import EXECUTION_VARIABLES, EXPERIMENT_VARIABLES


@dataclass(eq=False)
class CallError(Exception):
    """What is wrong with the arguments of a function."""

    message: str
    hint: str | None = None


def _string(values: tuple[Bound, ...]) -> Bound:
    if len(values) != 1:
        raise CallError(f"`string` takes 1 argument, not {len(values)}")
    return JoinedValue("", values)


def _join(values: tuple[Bound, ...]) -> Bound:
    if len(values) < 2 or not isinstance(values[0], ConstantValue):
        raise CallError("`join` takes a separator in quotes and values", "write `join('-', a, b)`")
    return JoinedValue(str(values[0].value), values[1:], is_exact=True)


def _json(values: tuple[Bound, ...]) -> Bound:
    if len(values) != 2 or not isinstance(values[1], ConstantValue) or not values[1].value:
        hint = "write `json('s3://bucket/report.json', 'f1.value')`"
        raise CallError("`json` takes the S3 URI of a file and a path in it, in quotes", hint)
    uri = values[0]
    if isinstance(uri, Unknown):
        return uri
    if uri.type not in (STRING, ANY):
        raise CallError(f"`json` takes an S3 URI, this is of type {uri.type}")
    return ObjectValue(uri, str(values[1].value), ANY)


def _never(values: tuple[Bound, ...]) -> Bound:
    raise AssertionError(values)


# `get` takes a path of SageMaker's own and is read by the binder.
FUNCTIONS: Mapping[str, Callable[[tuple[Bound, ...]], Bound]] = {
    "join": _join, "string": _string, "json": _json, "get": _never,
}  # fmt: skip

ROOTS = {"Parameters": "parameters", "Execution": "execution", "Steps": "steps"}
WORDS = {name: word for word, (name, _) in EXECUTION_VARIABLES.items()}
EXPERIMENT = {path: word for word, path in EXPERIMENT_VARIABLES.items()}
QUOTED = re.compile(
    r"^(?P<root>Parameters|Execution|Steps)\.(?P<name>[^.\[]+)(?P<rest>.*)$", re.DOTALL
)


def path_term(path: str, place: Term) -> PathTerm | None:
    """Return the path in the language that stands for one of SageMaker's, None if none does."""
    if path.startswith("ForEach.CurrentItem"):
        rest = path.removeprefix("ForEach.CurrentItem")
        tail = _tail(rest)
        return _placed(["item"], tail, place) if tail is not None else None
    if path in EXPERIMENT:
        return _placed(["experiment", EXPERIMENT[path]], [], place)
    found = QUOTED.match(path)
    if found is None:
        return None
    root, name, rest = ROOTS[found["root"]], found["name"], found["rest"]
    if root == "execution":
        name = WORDS.get(name, name)
    tail = _tail(rest)
    names = [root, name, "properties"] if root == "steps" else [root, name]
    return _placed(names, tail, place) if tail is not None else None


def _tail(rest: str) -> list[Segment] | None:
    try:
        term = parse(f"${{{{ x{rest} }}}}")
    except ExpressionError:
        return None
    return list(term.segments[1:]) if isinstance(term, PathTerm) else None


def _placed(names: list[str], tail: list[Segment], place: Term) -> PathTerm:
    start, end = place.start, place.end
    head = [Segment(name, True, start, end) for name in names]
    rest = [Segment(each.value, each.dotted, start, end) for each in tail]
    return PathTerm((*head, *rest), start, end)
