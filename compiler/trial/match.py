"""An expected value of a test file held against the value that was found.

A mapping names the members that are looked at; others may be there. A list has to be the whole
list, each item as it is expected. A mapping that stands for a list of named items, such as
channels, names them. `$exact`, `$contains`, `$matches` and `$absent` say what no plain value can.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from compiler.diagnostics.diagnostic import did_you_mean, listing, near_name
from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode, Node, ScalarNode, SequenceNode, plain
from compiler.local.resolve import Json, described
from compiler.sagemaker.properties import NAMED_LISTS
from compiler.trial.paths import written

LONGEST, SHORT = 120, 60
# Texts that begin with so many equal letters are shown where they part.
ALIKE = 12
# Members that hold the names of a list's items, beside those that SageMaker chooses items by.
NAMING = ("Name", "Key", "ContainerHostname", "VariantName", "AlgorithmName")


@dataclass(frozen=True, kw_only=True, slots=True)
class Mismatch:
    """Where something else was found than expected."""

    message: str
    span: Span
    hint: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a value is: its path for people, its own name, and where it is expected."""

    path: str
    member: str
    span: Span

    def below(self, token: str | int, span: Span, *, named: bool = False) -> "Place":
        """Return the place of a member or an item, `named` if a list has it under this name."""
        path = f"{self.path}['{token}']" if named else written([token], self.path)
        return Place(path=path, member=str(token), span=span)


def mismatches(expected: Node, found: Json, place: Place, *, exact: bool) -> Iterator[Mismatch]:
    """Yield what is not as expected, each at its place in the test."""
    match expected:
        case MappingNode(members=members) if any(_is_word(name, found) for name in members):
            for name, operand in members.items():
                yield from _operator(name, operand, found, place, expected.key_span(name))
        case MappingNode() if isinstance(found, dict):
            yield from _members(expected, found, place, exact=exact)
        case MappingNode() if isinstance(found, list):
            yield from _named(expected, found, place, exact=exact)
        case SequenceNode() if isinstance(found, list):
            yield from _items(expected, found, place, exact=exact)
        case ScalarNode() if _is_scalar(found):
            if not _equal(plain(expected), found):
                yield _other(plain(expected), found, place, expected.span)
        case _:
            span = expected.span if isinstance(expected, ScalarNode) else place.span
            yield _other(plain(expected), found, place, span)


def _members(
    expected: MappingNode,
    found: Mapping[str, Json],
    place: Place,
    *,
    exact: bool,
    named: bool = False,
) -> Iterator[Mismatch]:
    meant: set[str] = set()
    for name, node in expected.members.items():
        span = expected.key_span(name)
        if name in found:
            below = place.below(name, span, named=named)
            yield from mismatches(node, found[name], below, exact=exact)
        elif not _may_be_absent(node):
            others = [each for each in found if each not in expected.members]
            meant |= {near} if (near := near_name(name, others)) else set()
            yield _absent(name, found, place, span, others)
    surplus = [each for each in found if each not in expected.members and each not in meant]
    if exact and surplus:
        verb = "is" if len(surplus) == 1 else "are"
        message = f"`{place.path}` also has {listing(surplus)}, which {verb} not expected"
        yield Mismatch(message=message, span=place.span)


def _absent(
    name: str, found: Mapping[str, Json], place: Place, span: Span, others: list[str]
) -> Mismatch:
    known = listing(found, limit=30)
    return Mismatch(
        message=f"`{place.path}` has no `{name}`",
        span=span,
        hint=did_you_mean(name, others) or (f"it has {known}" if known else "it is empty"),
    )


def _named(
    expected: MappingNode, found: list[Json], place: Place, *, exact: bool
) -> Iterator[Mismatch]:
    naming = naming_member(place.member, found)
    if naming is None:
        yield _other(plain(expected), found, place, place.span)
        return
    items = {
        str(item[naming]): {name: each for name, each in item.items() if name != naming}
        for item in found
    }
    yield from _members(expected, items, place, exact=exact, named=True)


def naming_member(member: str, items: list[Json]) -> str | None:
    """Return the member that holds the names of a list's items, None if they have no names."""
    if not all(isinstance(item, dict) for item in items):
        return None
    chosen = NAMED_LISTS.get(member)
    if chosen is not None:
        return chosen if all(chosen in item for item in items) else None
    if not items:
        return NAMING[0]
    shared = [name for name in items[0] if all(name in item for item in items)]
    for name in sorted(map(str, shared), key=lambda each: (each not in NAMING, each)):
        values = [item[name] for item in items]
        is_text = all(isinstance(value, str) for value in values)
        if (name in NAMING or name.endswith("Name")) and is_text:
            if len(set(values)) == len(values):
                return name
    return None


def _items(
    expected: SequenceNode, found: list[Json], place: Place, *, exact: bool
) -> Iterator[Mismatch]:
    for index, node in enumerate(expected.items):
        if index < len(found):
            here = place.below(index, node.span)
            yield from mismatches(node, found[index], here, exact=exact)
    if len(expected.items) != len(found):
        wanted = len(expected.items)
        surplus = [shown(item, SHORT) for item in found[wanted:]]
        said = f"also has {', '.join(f'`{each}`' for each in surplus[:3])}" if surplus else "ends"
        message = f"`{place.path}` has {len(found)} items, expected {wanted}: it {said}"
        if not surplus:
            message += f" before `{shown(plain(expected.items[len(found)]))}`"
        yield Mismatch(message=message, span=place.span)


def _operator(
    name: str, operand: Node, found: Json, place: Place, span: Span
) -> Iterator[Mismatch]:
    if name not in OPERATORS:
        hint = did_you_mean(name, OPERATORS) or f"such words are {listing(OPERATORS)}"
        what = "no such word" if name.startswith("$") else "a member beside a `$` word"
        yield Mismatch(message=f"`{name}` is {what}", span=span, hint=hint)
        return
    yield from OPERATORS[name](operand, found, replace_span(place, span))


def replace_span(place: Place, span: Span) -> Place:
    """Return the same place, pointing elsewhere in the test."""
    return Place(path=place.path, member=place.member, span=span)


def _exact(operand: Node, found: Json, place: Place) -> Iterator[Mismatch]:
    yield from mismatches(operand, found, place, exact=True)


def _contains(operand: Node, found: Json, place: Place) -> Iterator[Mismatch]:
    wanted = plain(operand)
    if isinstance(found, list):
        if any(not list(mismatches(operand, item, place, exact=False)) for item in found):
            return
    elif isinstance(found, str) and isinstance(wanted, str) and wanted in found:
        return
    yield Mismatch(
        message=f"`{place.path}` is `{shown(found)}`, which does not contain `{shown(wanted)}`",
        span=operand.span if isinstance(operand, ScalarNode) else place.span,
    )


def _matches(operand: Node, found: Json, place: Place) -> Iterator[Mismatch]:
    pattern = str(plain(operand))
    try:
        matched = isinstance(found, str) and re.search(pattern, found) is not None
    except (re.error, OverflowError, RecursionError) as error:
        yield Mismatch(message=f"`{pattern}` is no regular expression: {error}", span=operand.span)
        return
    if not matched:
        message = f"`{place.path}` is `{shown(found)}`, which does not match `{pattern}`"
        yield Mismatch(message=message, span=operand.span)


def _is_absent(operand: Node, found: Json, place: Place) -> Iterator[Mismatch]:
    if plain(operand) is True:
        message = f"`{place.path}` is `{shown(found)}`, expected none"
        yield Mismatch(message=message, span=place.span)


OPERATORS: Mapping[str, Callable[[Node, Json, Place], Iterator[Mismatch]]] = {
    "$exact": _exact,
    "$contains": _contains,
    "$matches": _matches,
    "$absent": _is_absent,
}


def _is_word(name: str, found: Json) -> bool:
    """Return whether a name says how to compare; one of the user's own may begin with `$` too."""
    is_own = isinstance(found, dict) and name in found
    return name in OPERATORS or (name.startswith("$") and not is_own)


def _may_be_absent(node: Node) -> bool:
    return isinstance(node, MappingNode) and plain(node) == {"$absent": True}


def _is_scalar(value: Json) -> bool:
    return not isinstance(value, dict | list)


def _equal(expected: Json, found: Json) -> bool:
    """Compare as JSON does: `1` and `1.0` are one number, `true` is none."""
    if isinstance(expected, bool) or isinstance(found, bool):
        return expected is found
    return bool(expected == found)


def _other(expected: Json, found: Json, place: Place, span: Span) -> Mismatch:
    is_alike = shown(expected) == shown(found)
    wanted, instead = (json.dumps(each) if is_alike else shown(each) for each in (expected, found))
    return Mismatch(
        message=f"`{place.path}` is `{instead}`, expected `{wanted}`",
        span=span,
        hint=_difference(expected, found),
    )


def _difference(expected: Json, found: Json) -> str | None:
    """Say what tells two values apart that look alike."""
    match expected, found:
        case str(), str():
            shorter = min(len(expected), len(found))
            pairs = enumerate(zip(expected, found, strict=False))
            at = next((index for index, (a, b) in pairs if a != b), shorter)
            if at < ALIKE:
                return None
            if at == len(found):
                return f"it ends where `{shown(expected[at:], SHORT)}` is expected"
            if at == len(expected):
                return f"it goes on with `{shown(found[at:], SHORT)}`"
            rest, wanted = shown(found[at:], SHORT), shown(expected[at:], SHORT)
            return f"from character {at + 1} on it is `{rest}`, expected `{wanted}`"
        case (str(), (int() | float())) | ((int() | float()), str()):
            return f"one is {described(found)}, the other {described(expected)}"
        case _:
            return None


def shown(value: Json, longest: int = LONGEST) -> str:
    """Return a value as it is shown: a text as it is, all else as JSON, cut when it is long."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= longest else f"{text[:longest]}…"
