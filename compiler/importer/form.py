"""The form that a definition must have to become a spec: lists of steps with names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from compiler.definition import VERSION
from compiler.diagnostics import codes
from compiler.diagnostics.codes import Code
from compiler.diagnostics.diagnostic import Diagnostics, Related
from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode, Node, SequenceNode, plain, text_of
from compiler.expressions.syntax import OPEN
from compiler.steps.members import Json
from compiler.steps.step_type import HELD

Path = tuple[str | int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RawStep:
    """A step of a definition, and where in it that is."""

    name: str
    path: Path
    members: Mapping[str, Json]

    @property
    def type(self) -> str:
        """The type that the definition names; empty where it names none."""
        found = self.members.get("Type")
        return found if isinstance(found, str) else ""

    @property
    def arguments(self) -> Json:
        """What the step sends."""
        return self.members.get("Arguments")


@dataclass(frozen=True, kw_only=True, slots=True)
class Places:
    """Where the parts of a definition stand in its file."""

    root: Node

    def span(self, path: Path) -> Span:
        """Return the place of a part; of one that is not there, that of what should hold it."""
        here, span = self.root, self.root.span.first_line()
        for part in path:
            if isinstance(here, MappingNode) and part in here.members:
                span, here = here.key_span(str(part)), here.members[str(part)]
            elif (
                isinstance(here, SequenceNode) and isinstance(part, int) and part < len(here.items)
            ):
                here = here.items[part]
                span = here.span.first_line()
            else:
                break
        return span

    def report(
        self, code: Code, message: str, path: Path, diagnostics: Diagnostics, first: Path = ()
    ) -> None:
        """Report what is wrong with a part, by its path and its place."""
        related = [Related(span=self.span(first), message="the first")] if first else []
        shown = f"`{shown_path(path)}`: {message}"
        diagnostics.add(code, shown, self.span(path), related=related)


def shown_path(path: Path) -> str:
    """Return a path as people write it: `$.Steps[0].Name`."""
    return "$" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)


def check_form(root: Node, places: Places, diagnostics: Diagnostics) -> list[RawStep] | None:
    """Return the steps, the held ones behind those that hold them; None after a report."""
    if not isinstance(root, MappingNode):
        places.report(codes.NOT_A_DEFINITION, "expected an object with `Steps`", (), diagnostics)
        return None
    version = root.get("Version")
    if version is not None and text_of(version) != VERSION:
        message = f"the only version is `{VERSION}`"
        places.report(codes.NOT_A_DEFINITION, message, ("Version",), diagnostics)
    steps = list(_steps(root.get("Steps"), ("Steps",), places, diagnostics))
    _check_names([(step.name, (*step.path, "Name")) for step in steps], "step", places, diagnostics)
    parameters = list(_parameters(root.get("Parameters"), places, diagnostics))
    _check_names(parameters, "parameter", places, diagnostics)
    _check_keys(root, (), places, diagnostics)
    return None if diagnostics.has_errors else steps


def _steps(
    node: Node | None, path: Path, places: Places, diagnostics: Diagnostics
) -> Iterator[RawStep]:
    if not isinstance(node, SequenceNode):
        places.report(codes.NOT_A_DEFINITION, "expected a list of steps", path, diagnostics)
        return
    for index, item in enumerate(node.items):
        place = (*path, index)
        name = text_of(item.get("Name")) if isinstance(item, MappingNode) else None
        if not isinstance(item, MappingNode) or not name:
            message = "expected a step, which is an object with a `Name`"
            places.report(codes.NOT_A_DEFINITION, message, place, diagnostics)
            continue
        members = plain(item)
        assert isinstance(members, dict)  # noqa: S101 - as the node is a mapping
        yield RawStep(name=name, path=place, members=members)
        arguments = item.get("Arguments")
        if isinstance(arguments, MappingNode):
            kind = text_of(item.get("Type"))
            for held in HELD_BY.get(kind or "", ()):
                inner = arguments.get(held)
                if inner is not None:
                    yield from _steps(inner, (*place, "Arguments", held), places, diagnostics)


HELD_BY = {"Condition": (HELD["then"], HELD["else"]), "ForEach": (HELD["body"],)}


def _parameters(
    node: Node | None, places: Places, diagnostics: Diagnostics
) -> Iterator[tuple[str, Path]]:
    if node is None:
        return
    if not isinstance(node, SequenceNode):
        message = "expected a list of parameters"
        places.report(codes.NOT_A_DEFINITION, message, ("Parameters",), diagnostics)
        return
    for index, item in enumerate(node.items):
        name = text_of(item.get("Name")) if isinstance(item, MappingNode) else None
        if name is None:
            message = "expected a parameter, which is an object with a `Name`"
            path = ("Parameters", index)
            places.report(codes.NOT_A_DEFINITION, message, path, diagnostics)
        else:
            yield name, ("Parameters", index, "Name")


def _check_names(
    names: list[tuple[str, Path]], what: str, places: Places, diagnostics: Diagnostics
) -> None:
    first: dict[str, Path] = {}
    for name, path in names:
        if name in first:
            message = f"another {what} is called `{name}` too"
            places.report(codes.NAME_TAKEN, message, path, diagnostics, first[name])
        first.setdefault(name, path)


def _check_keys(node: Node, path: Path, places: Places, diagnostics: Diagnostics) -> None:
    """Refuse names with `${{` in them, which no key of a spec can hold."""
    if isinstance(node, SequenceNode):
        for index, item in enumerate(node.items):
            _check_keys(item, (*path, index), places, diagnostics)
    elif isinstance(node, MappingNode):
        for name, value in node.members.items():
            if OPEN in name:
                message = "a name can't hold `${{`"
                places.report(codes.NO_YAML_FORM, message, (*path, name), diagnostics)
            _check_keys(value, (*path, name), places, diagnostics)
