"""The steps of a definition by name, those in branches and bodies among them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from compiler.deploy.difference import NAMED
from compiler.importer.compare import STEP
from compiler.local.resolve import Json

INNER = {"IfSteps": "then", "ElseSteps": "else", "ForEachBody": "body"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A step without the steps that it holds; `place` is what holds it, `then of check`."""

    name: str
    type: str
    members: Mapping[str, Json]
    place: str | None

    @property
    def arguments(self) -> Mapping[str, Json]:
        """What the step sends to SageMaker."""
        arguments = self.members.get("Arguments")
        return arguments if isinstance(arguments, dict) else {}

    @property
    def comparable(self) -> dict[str, Json]:
        """All that makes the step what it is; what means the same as nothing is left out."""
        members = {
            name: value for name, value in self.members.items() if value not in STEP.get(name, ())
        }
        return {**members, "place": self.place} if self.place else members


def steps_of(definition: Json) -> dict[str, Step]:
    """Return the steps by name, in order; parts that are no steps are left out."""
    listed = definition.get("Steps") if isinstance(definition, dict) else None
    return {step.name: step for step in _steps(listed, None)}


def _steps(listed: Json, place: str | None) -> Iterator[Step]:
    for each in listed if isinstance(listed, list) else ():
        if not isinstance(each, dict) or not isinstance(each.get("Name"), str):
            continue
        name = str(each["Name"])
        arguments = each.get("Arguments")
        inner: dict[str, Json] = {}
        if isinstance(arguments, dict):
            inner = {member: arguments[member] for member in INNER if member in arguments}
            arguments = {key: value for key, value in arguments.items() if key not in inner}
        yield Step(
            name=name,
            type=str(each.get("Type", "")),
            members={**each, "Arguments": arguments},
            place=place,
        )
        for member, steps in inner.items():
            yield from _steps(steps, f"{INNER[member]} of {name}")


def references_in(value: Json, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield where each `Get` in and below a value stands, and the path that it gives."""
    match value:
        case {"Get": str() as reference} if len(value) == 1:
            yield path, reference
        case {"Std:Join": inner} | {"Std:JsonGet": inner} if len(value) == 1:
            yield from ((path, reference) for _, reference in references_in(inner))
        case dict():
            for name, member in value.items():
                yield from references_in(member, f"{path}.{name}" if path else name)
        case list():
            for index, item in enumerate(value):
                yield from references_in(item, f"{path}[{_key(path, item, index)}]")
        case _:
            pass


def _key(path: str, item: Json, index: int) -> str:
    """Return how an item of a list is named: by its name, if items of this list have one."""
    name = item.get(NAMED.get(path.rpartition(".")[2], "")) if isinstance(item, dict) else None
    return f"'{name}'" if isinstance(name, str) else str(index)


def step_in(path: str) -> tuple[str, str] | None:
    """Return the step and the rest of a path such as `Steps.train.ModelArtifacts…`."""
    context, _, rest = path.partition(".")
    if context != "Steps":
        return None
    name, _, inner = rest.partition(".")
    name, bracket, index = name.partition("[")
    return name, f"{bracket}{index}.{inner}" if bracket else inner
