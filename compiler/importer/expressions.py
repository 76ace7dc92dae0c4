"""References of a definition, as the expressions that compile to them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from compiler.compose.variables import ALMOST_EXPRESSION
from compiler.expressions.parse import ExpressionError, parse
from compiler.expressions.syntax import (
    CallTerm,
    InterpolationTerm,
    LiteralTerm,
    PathTerm,
    Segment,
    Term,
)
from compiler.expressions.types import Type
from compiler.expressions.write import escaped, is_dotted_name, text_of_term
from compiler.resolve.scope import EXECUTION_VARIABLES
from compiler.steps.members import Json

REFERENCES = frozenset({"Get", "Std:Join", "Std:JsonGet"})
VARIABLES = {written: name for name, (written, _) in EXECUTION_VARIABLES.items()}
EXPERIMENT = {"ExperimentName": "name", "TrialName": "trial"}
STEP = re.compile(r"([^.\[]+)(.*)", re.DOTALL)
SEGMENT = re.compile(r"\.([A-Za-z0-9_][A-Za-z0-9_-]*)|\[(0|[1-9][0-9]{0,8})\]|\['([^']*)'\]")
PROPERTY_FILE = re.compile(r"Steps\.([^.\[]+)\.PropertyFiles\.(.+)", re.DOTALL)


@dataclass(frozen=True, kw_only=True, slots=True)
class StepNames:
    """What an expression may say of a step: its short outputs by their path, and `properties`."""

    outputs: Mapping[str, tuple[str, ...]]
    describe_shape: str | None = None
    types: Mapping[tuple[str, ...], Type] = field(default_factory=dict)


def is_reference(value: Json) -> bool:
    """Return whether a value of a definition is meant as a reference."""
    return isinstance(value, dict) and len(value) == 1 and next(iter(value)) in REFERENCES


def literal_text(text: str) -> str:
    """Return the string of a spec that stands for a literal text.

    What looks like a misspelt expression is cut in two within its opening, so that it is none.
    """
    cuts = [match.start() + 1 for match in ALMOST_EXPRESSION.finditer(text)]
    if not cuts:
        return escaped(text)
    pieces = [text[start:end] for start, end in pairwise([0, *cuts, len(text)])]
    return text_of_term(InterpolationTerm(tuple(LiteralTerm(each, 0, 0) for each in pieces), 0, 0))


def reference_text(value: Json, steps: Mapping[str, StepNames]) -> str | None:
    """Return the expression of a reference, None for one that is malformed."""
    term = term_of(value, steps)
    if not isinstance(value, dict) or term is None:
        return None
    joined = value.get("Std:Join")
    if isinstance(term, CallTerm) and isinstance(joined, dict) and _reads_as_text(term):
        term = InterpolationTerm(term.arguments[1:], 0, 0)
    return checked_text(term)


def checked_text(term: Term) -> str | None:
    """Return the string of a term, None where it is nested deeper than the parser goes."""
    text = text_of_term(term)
    try:
        parse(text)
    except ExpressionError:
        return None
    return text


def _reads_as_text(join: CallTerm) -> bool:
    """Return whether text with the references in it compiles to the very same Join."""
    separator, *values = join.arguments
    texts = [isinstance(value, LiteralTerm) for value in values]
    return (
        separator == LiteralTerm("", 0, 0)
        and len(values) > 1
        and not any(one and other for one, other in pairwise(texts))
        and all(map(_stands_in_text, values))
    )


def _stands_in_text(value: Term) -> bool:
    if isinstance(value, LiteralTerm):
        return isinstance(value.value, str) and value.value != ""
    return isinstance(value, PathTerm | CallTerm)


def term_of(value: Json, steps: Mapping[str, StepNames]) -> Term | None:
    """Return the term of a single value, None for what is malformed."""
    match value:
        case {"Get": str() as path} if len(value) == 1:
            return _get(path, steps)
        case {"Std:Join": {"On": str() as separator, "Values": list() as values, **rest}} if (
            len(value) == 1 and not rest
        ):
            return _join(separator, values, steps)
        case {"Std:JsonGet": {"Path": str() as path, **source}} if len(value) == len(source) == 1:
            return _json_get(source, path, steps)
        case None | str() | bool() | int() | float():
            return LiteralTerm(value, 0, 0)
        case _:
            return None


def _join(separator: str, values: Sequence[Json], steps: Mapping[str, StepNames]) -> Term | None:
    terms = [term_of(value, steps) for value in values]
    known = [term for term in terms if term is not None]
    if len(known) != len(terms):
        return None
    return _call("join", LiteralTerm(separator, 0, 0), *known)


def _json_get(source: Json, path: str, steps: Mapping[str, StepNames]) -> Term | None:
    match source:
        case {"PropertyFile": {"Get": str() as get, **rest}} if not rest:
            found = PROPERTY_FILE.fullmatch(get)
            if found is None or path.startswith("."):
                return None
            return _path("steps", found[1], "files", found[2], key=path)
        case {"S3Uri": uri}:
            term = term_of(uri, steps)
            return None if term is None else _call("json", term, LiteralTerm(path, 0, 0))
        case _:
            return None


def _get(text: str, steps: Mapping[str, StepNames]) -> Term:
    context, _, rest = text.partition(".")
    match context:
        case "Parameters" if rest:
            return _path("parameters", rest)
        case "Execution" if rest:
            return _path("execution", VARIABLES.get(rest, rest))
        case "PipelineExperimentConfig" if rest in EXPERIMENT:
            return _path("experiment", EXPERIMENT[rest])
        case "ForEach":
            return _item(rest) or _raw(text)
        case "Steps":
            return _step("steps", rest, steps) or _raw(text)
        case "IterationOutput":
            return _step("iteration", rest, steps) or _raw(text)
        case _:
            return _raw(text)


def _raw(text: str) -> Term:
    return _call("get", LiteralTerm(text, 0, 0))


def _item(rest: str) -> Term | None:
    if not rest.startswith("CurrentItem"):
        return None
    segments = _segments(rest.removeprefix("CurrentItem"))
    return None if segments is None else PathTerm((_name("item"), *segments), 0, 0)


def _step(context: str, rest: str, steps: Mapping[str, StepNames]) -> Term | None:
    match = STEP.fullmatch(rest)
    if match is None:
        return None
    name, path = match[1], match[2]
    segments = _segments(path)
    if not segments:
        return None
    names = steps.get(name)
    short = names.outputs.get(path.removeprefix(".")) if names is not None else None
    if short is not None:
        return _path(context, name, *short)
    if names is not None and names.describe_shape is None:
        return None
    return PathTerm((_name(context), _segment(name), _name("properties"), *segments), 0, 0)


def _segments(path: str) -> tuple[Segment, ...] | None:
    """Return the segments of a property path such as `.A['k'][0]`, None if it has other parts."""
    segments = []
    position = 0
    while position < len(path):
        match = SEGMENT.match(path, position)
        if match is None:
            return None
        name, index, key = match.groups()
        value: str | int = int(index) if index is not None else name if name is not None else key
        segments.append(Segment(value, name is not None, 0, 0))
        position = match.end()
    return tuple(segments)


def _name(text: str) -> Segment:
    return Segment(text, True, 0, 0)


def _segment(text: str) -> Segment:
    return Segment(text, is_dotted_name(text), 0, 0)


def _path(context: str, *names: str, key: str | None = None) -> PathTerm:
    last = () if key is None else (Segment(key, False, 0, 0),)
    return PathTerm((_name(context), *map(_segment, names), *last), 0, 0)


def _call(name: str, *arguments: Term) -> CallTerm:
    return CallTerm(name, arguments, 0, 0)
