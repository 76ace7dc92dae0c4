"""The page of each step type in `docs/steps/`: what is between the marks is written here."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from posixpath import commonpath

from compiler.spec.job import CacheSpec, CodeSpec, ImageSpec, InstanceSpec, RetrySpec, VpcSpec
from compiler.spec.shape import (
    Field,
    FreeShape,
    ListShape,
    ObjectShape,
    ScalarShape,
    Shape,
    TableShape,
    fields_of,
)
from compiler.spec.step import StepSpec
from compiler.steps import STEP_TYPES
from compiler.steps.members import paths_of
from compiler.steps.step_type import StepType
from tests.conftest import ROOT

BEGIN, END = "<!-- written from the code -->", "<!-- end -->"
REQUEST = "request"
BOLD = "Fields in bold [must be given](../language.md#tables-of-fields)."
EVERY_STEP = {field.key for field in fields_of(StepSpec)}
# Explained in docs/language.md, for all steps at once.
SHARED = frozenset({CacheSpec, CodeSpec, ImageSpec, InstanceSpec, RetrySpec, VpcSpec})
CASES = ROOT / "tests" / "cases" / "steps"


def page_of(name: str) -> Path:
    """Return the page of a step type."""
    return ROOT / "docs" / "steps" / f"{name}.md"


def page_text(name: str, old: str) -> str:
    """Return the page as it should be, with what a person wrote behind the marks."""
    written = old.partition(END)[2] or "\n"
    return f"# {name}\n\n{BEGIN}\n{_generated(STEP_TYPES[name])}\n{END}{written}"


def field_table(spec: type, places: dict[str, str] | None = None) -> list[str]:
    """Return the table of the fields of a spec class; with `places`, where each goes."""
    fields = fields_of(spec)
    if issubclass(spec, StepSpec) and spec is not StepSpec:
        fields = tuple(field for field in fields if field.key not in EVERY_STEP)
    last = "| field | takes | meaning |" + (" in the request |" if places is not None else "")
    rows = [last, "|---|---|---|" + ("---|" if places is not None else "")]
    for field in fields:
        row = f"| {_name(field)} | {kind_of(field.shape)} | {field.doc} |"
        if places is not None:
            place = places.get(field.key)
            row += f" {place} |" if place else " |"
        rows.append(row)
    return rows


def _name(field: Field) -> str:
    """Return a field's name, bold if it must be given, with the fields that stand for it."""
    if not field.is_required:
        return f"`{field.key}`"
    others = [f"`{other}`" for other in field.unless if other != REQUEST]
    return " or ".join((f"**`{field.key}`**", *others))


def kind_of(shape: Shape) -> str:
    """Return in words what a field takes."""
    match shape:
        case ScalarShape(choice=choice) if choice is not None:
            return ", ".join(f"`{value}`" for value in choice.values)
        case ScalarShape(pattern=pattern) if pattern is not None:
            return pattern.expected
        case ScalarShape():
            return " or ".join(shape.types)
        case ListShape():
            item = kind_of(shape.item)
            return f"one or a list: {item}" if shape.or_one else f"list: {item}"
        case TableShape():
            return f"by name: {kind_of(shape.item)}" + (", or names" if shape.or_names else "")
        case ObjectShape():
            return "fields" if shape.shorthand is None else "fields, or a bare value"
        case FreeShape():
            return "mapping" if shape.mapping_only else "anything"


def _generated(step_type: StepType) -> str:
    spec = step_type.spec
    lines = [" ".join((spec.__doc__ or "").split()), ""]
    if step_type.sagemaker_type:
        lines[0] += f" In a definition: `{step_type.sagemaker_type}`."
    example = _example(step_type.name)
    if example is not None:
        lines += ["```yaml", example.rstrip(), "```", ""]
    lines += [BOLD, "", *field_table(spec, _places(step_type)), ""]
    for title, nested in _nested(spec):
        short = getattr(nested, "SHORTHAND", None)
        lines += [f"**`{title}`**: {' '.join((nested.__doc__ or '').split())}", ""]
        lines += [f"A bare value is the field `{short}`.", ""] if short else []
        lines += [*field_table(nested), ""]
    if step_type.outputs:
        lines += ["| output | type | what Describe answers |", "|---|---|---|"]
        lines += [
            f"| `{name}` | {output.type} | `{output.path}` |"
            for name, output in step_type.outputs.items()
        ]
    return "\n".join(lines).rstrip()


def _places(step_type: StepType) -> dict[str, str]:
    """Return where each field goes, in the request or beside it."""
    found = defaultdict(list)
    for path, field in _paths(step_type):
        found[field].append(path)
    return {field: _place(paths) for field, paths in found.items()}


def _place(paths: Sequence[str]) -> str:
    """Return what paths begin with: one beginning for all that are in the same member."""
    by_member = defaultdict(list)
    for path in paths:
        by_member[path.partition(".")[0]].append(path.replace(".", "/"))
    shared = (commonpath(each).replace("/", ".") for each in by_member.values())
    return ", ".join(f"`{path}`" for path in shared)


def _paths(step_type: StepType) -> Iterator[tuple[str, str]]:
    for path, field in (*paths_of(step_type.members), *paths_of(step_type.beside)):
        yield path or "the arguments", field.partition(".")[0]


def _nested(spec: type) -> Iterator[tuple[str, type]]:
    """Yield the spec classes below one, each once, with the path of the field that holds it."""
    seen = set(SHARED)
    waiting = [("", spec)]
    while waiting:
        prefix, here = waiting.pop(0)
        for field in fields_of(here):
            inner = _object_in(field.shape)
            if inner is None or inner in seen or field.key in EVERY_STEP:
                continue
            seen.add(inner)
            title = f"{prefix}.{field.key}" if prefix else field.key
            yield title, inner
            waiting.append((title, inner))


def _object_in(shape: Shape) -> type | None:
    match shape:
        case ObjectShape(spec=spec):
            return spec
        case ListShape(item=item) | TableShape(item=item):
            return _object_in(item)
        case _:
            return None


def _example(name: str) -> str | None:
    """Return the steps of the shortest case of a type."""
    cases = sorted((CASES / name).glob("*.yaml"), key=lambda path: (path.stat().st_size, path.name))
    text = cases[0].read_text("utf-8") if cases else ""
    found = text.find("\nsteps:\n")
    if found < 0:
        return None
    lines = text[found + 1 :].splitlines()
    end = next((i for i, line in enumerate(lines) if i and line[:1].strip()), len(lines))
    return "\n".join(lines[:end])
