"""One step of a definition, as the fields of a step in a spec."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from compiler.diagnostics import codes
from compiler.diagnostics.codes import Code
from compiler.document.write import Lines
from compiler.importer.beside import after_field, cache_field, property_files, retry_field
from compiler.importer.conditions import NoConditionError, condition_text
from compiler.importer.form import HELD_BY, Path, RawStep
from compiler.importer.tidy import tidy
from compiler.importer.values import Values
from compiler.spec.shape import Field, ObjectShape, fields_of
from compiler.steps import STEP_TYPES
from compiler.steps.lifting import json_at, lift_members
from compiler.steps.members import Entry, Json, Member, paths_of
from compiler.steps.step_type import HELD, StepType

OWN = frozenset({"Name", "Type", "Arguments"})
RAW = "raw"
SIDES = {member: side for side, member in HELD.items()} | {HELD["body"]: "steps"}
CONDITIONS = "Conditions"


@dataclass(frozen=True, slots=True)
class Refusal:
    """What of a definition has no form in a spec."""

    code: Code
    message: str
    path: Path


@dataclass(frozen=True, kw_only=True, slots=True)
class WrittenStep:
    """A step as the spec has it, and what of it could not be written."""

    fields: Lines
    refused: tuple[Refusal, ...] = ()


def type_of(step: RawStep) -> StepType:
    """Return the step type that writes a step; `raw` for a type that pipec does not know.

    Of several for one type of SageMaker's, the first that takes all the members of the request.
    What is one letter off a type that is known is not new, but misspelt.
    """
    types = list(STEP_TYPES.values())
    known = [each for each in types if each.sagemaker_type == step.type]
    meant = [each for each in types if is_misspelling(step.type, each.sagemaker_type)]
    members = step.arguments if isinstance(step.arguments, dict) else {}
    free = [each for each in known if each.chosen.isdisjoint(members) and _has_marks(each, members)]
    return next(iter(free or known or meant), STEP_TYPES[RAW])


def _has_marks(step_type: StepType, arguments: Mapping[str, Json]) -> bool:
    return all(json_at(arguments, path) == value for path, value in step_type.marks.items())


def is_misspelling(word: str, meant: str) -> bool:
    """Return whether a word is another one with a letter too many, too few, wrong or swapped."""
    if word.lower() == meant.lower():
        return True
    pairs = zip(word, meant, strict=False)
    start = next((at for at, (one, other) in enumerate(pairs) if one != other), len(meant))
    one, other = word[start:], meant[start:]
    return len(meant) > 2 and (
        one[1:] in {other, other[1:]}
        or one == other[1:]
        or (one[:2] == other[:2][::-1] and one[2:] == other[2:])
    )


def write_step(
    step: RawStep, step_type: StepType, values: Values, *, in_request: bool = False
) -> WrittenStep:
    """Return a step with short fields where they say the same; with `in_request`, without them."""
    writer = _Writer(step, step_type, values)
    writer.write(in_request=in_request)
    fields = tidy(writer.fields, ObjectShape(step_type.spec, None))
    request = {"request": fields.pop("request")} if "request" in fields else {}
    return WrittenStep(fields=Lines(fields | request), refused=tuple(writer.refused))


def lifted_fields(step: RawStep, step_type: StepType, values: Values) -> dict[str, Json]:
    """Return the fields that hold something of the arguments, and of the members beside them."""
    fields: dict[str, Json] = {"type": step_type.name}
    beside = {name: value for name, value in step.members.items() if name not in OWN}
    for entries, members in ((step_type.beside, beside), (step_type.members, step.arguments)):
        if isinstance(members, dict):
            fields |= lift_members(entries, values.of_members(members))[0]
    return fields


class _Writer:
    """Collects the fields of one step."""

    def __init__(self, step: RawStep, step_type: StepType, values: Values) -> None:
        self.step = step
        self.type = step_type
        self.values = values
        self.known: dict[str, Field] = {each.key: each for each in fields_of(step_type.spec)}
        self.fields: dict[str, Json] = {"type": step_type.name}
        self.refused: list[Refusal] = []

    def write(self, *, in_request: bool) -> None:
        if "Type" not in self.step.members:
            del self.fields["type"]
        elif not self.step.type or self.type.sagemaker_type not in {"", self.step.type}:
            self.fields["type"] = self.values.of(self.step.members["Type"])
        if self.type.name == RAW and self.step.type:
            self.raw()
        elif "Arguments" in self.step.members:
            self.arguments(in_request=in_request)
        self.beside()

    def refuse(self, code: Code, message: str, *path: str | int) -> None:
        self.refused.append(Refusal(code, message, (*self.step.path, *path)))

    def own(self, name: str, value: Json, *path: str) -> None:
        """Write a member that no field stands for under its own name, where it will be reported."""
        if name in self.known or name in self.fields:
            self.refuse(codes.NO_YAML_FORM, "there is no such member", *path, name)
        else:
            self.fields[name] = self.values.of(value)

    def raw(self) -> None:
        self.fields["sagemaker_type"] = self.values.of(self.step.type)
        if "Arguments" in self.step.members:
            self.fields["request"] = self.values.of(self.step.arguments)

    def arguments(self, *, in_request: bool) -> None:
        arguments = self.step.arguments
        if not isinstance(arguments, dict):
            self.unlifted(self.values.of(arguments))
            return
        rest = dict(arguments)
        if self.type.condition is not None and CONDITIONS in rest:
            self.condition(self.type.condition, rest.pop(CONDITIONS))
        for member in HELD_BY.get(self.step.type, ()):
            held = rest.pop(member, [])
            if held:
                self.fields[SIDES[member]] = [each["Name"] for each in held]
        written = self.values.of_members(rest)
        if in_request:
            self.unlifted(written)
            return
        entries = [entry for entry in self.type.members if self.is_free(entry, rest)]
        lifted, left = lift_members(entries, written)
        self.fields |= lifted
        for entry in self.type.members:
            if isinstance(entry, Member) and entry not in entries:
                left.setdefault(entry.path, None)
        if left:
            self.unlifted(left)

    def is_free(self, entry: Entry, arguments: Mapping[str, Json]) -> bool:
        """Return whether a field that means something to the step itself says the same of both."""
        if not isinstance(entry, Member) or entry.field not in TWICE:
            return True
        beside, inside = self.step.members.get(TWICE[entry.field]), arguments.get(entry.path)
        return beside == inside or (beside is None and inside is None)

    def condition(self, field: str, conditions: Json) -> None:
        try:
            self.fields[field] = condition_text(conditions, self.values.steps)
        except NoConditionError as error:
            path = ("Arguments", CONDITIONS, *error.path)
            self.refuse(codes.NO_CONDITION, error.message, *path)

    def unlifted(self, left: Json) -> None:
        if "request" in self.known or not isinstance(left, dict):
            self.fields["request"] = left
            return
        for name, value in left.items():
            if value is not None:
                self.own(name, value, "Arguments")

    def beside(self) -> None:
        members = {name: value for name, value in self.step.members.items() if name not in OWN}
        for name, field, value in self.common(members):
            if field in self.known:
                self.fields |= {field: value} if value != {} or members[name] == {} else {}
            else:
                self.own(name, members[name])
        members = {name: value for name, value in members.items() if name not in COMMON}
        if self.type.name == RAW:
            if members:
                self.fields["members"] = self.values.of_members(members)
            return
        lifted, left = lift_members(self.type.beside, self.values.of_members(members))
        self.fields |= lifted
        named = dict(paths_of(self.type.beside))
        for name, value in left.items():
            if value is None:
                continue
            if name in named and named[name] not in self.fields:
                self.fields[named[name]] = value
            else:
                self.own(name, members[name])

    def common(self, members: Mapping[str, Json]) -> Iterator[tuple[str, str, Json]]:
        """Yield the members that are alike for all types, with the fields that hold them."""
        of = self.values.of
        for name in members:
            value = members[name]
            match name:
                case _ if value is None:
                    pass
                case "DisplayName" | "Description":
                    yield name, COMMON[name], of(value)
                case "DependsOn" if value != []:
                    yield name, COMMON[name], after_field(of(value))
                case "CacheConfig":
                    yield name, COMMON[name], cache_field(of(value))
                case "RetryPolicies" if value != []:
                    yield name, COMMON[name], retry_field(of(value))
                case "PropertyFiles" if value != []:
                    yield name, COMMON[name], self.files(of(value))
                case _:
                    pass

    def files(self, value: Json) -> Json:
        """Return the property files that stand apart; put the others into their outputs."""
        shape = self.known["outputs"].shape if "outputs" in self.known else None
        has_files = isinstance(getattr(shape, "item", None), ObjectShape)
        found = property_files(value, self.fields.get("outputs"), has_outputs=has_files)
        if found is None or "files" not in self.known:
            return value
        if found[0]:
            self.fields["outputs"] = found[0]
        return found[1]


# Fields of every step that some step types write into their request too.
TWICE = {"description": "Description", "display_name": "DisplayName"}
COMMON = {
    "DisplayName": "display_name",
    "Description": "description",
    "DependsOn": "after",
    "CacheConfig": "cache",
    "RetryPolicies": "retry",
    "PropertyFiles": "files",
}
