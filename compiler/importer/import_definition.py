"""A definition to a spec that compiles to it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostics
from compiler.diagnostics.span import SourceFile
from compiler.document.node import plain
from compiler.document.write import Apart, Lines, yaml_text
from compiler.importer.compare import differences
from compiler.importer.compiled import compiled
from compiler.importer.described import Described, read_described
from compiler.importer.form import Path, Places, RawStep, check_form
from compiler.importer.hoist import hoist
from compiler.importer.names import names_of
from compiler.importer.pipeline import parameter_fields, pipeline_fields
from compiler.importer.steps import Refusal, type_of, write_step
from compiler.importer.values import Values
from compiler.steps.members import Json
from compiler.steps.step_type import HELD


@dataclass(frozen=True, kw_only=True, slots=True)
class Imported:
    """A spec as text; `mistakes` counts the errors that validating it reports."""

    text: str
    steps: int
    mistakes: int


def name_from(text: str) -> str:
    """Return the name of a pipeline made of that of a file, of a pipeline or of an ARN."""
    last = text.rsplit("/", 1)[-1]
    return re.sub(r"[^A-Za-z0-9]+", "-", last)[:256].strip("-") or "pipeline"


def import_definition(
    source: SourceFile, name: str, diagnostics: Diagnostics, *, is_chosen: bool = False
) -> Imported | None:
    """Return the spec of a definition, or None after reporting what keeps it from being one.

    The definition may stand in what AWS answers of a pipeline. Then the pipeline keeps the name
    that it has there, unless the other `is_chosen`.
    """
    described = read_described(source, diagnostics)
    if described is None:
        return None
    places = Places(root=described.definition)
    steps = check_form(described.definition, places, diagnostics)
    if steps is None:
        return None
    if described.name and not is_chosen:
        name = name_from(described.name)
    return _Importer(described, name, steps, places, diagnostics).imported()


class _Importer:
    """Writes the spec, and writes those steps anew that do not come back as they were."""

    def __init__(
        self,
        described: Described,
        name: str,
        steps: Sequence[RawStep],
        places: Places,
        diagnostics: Diagnostics,
    ) -> None:
        definition: Json = plain(described.definition)
        self.definition = definition
        self.fields = described.fields
        self.name = name
        self.steps = steps
        self.places = places
        self.diagnostics = diagnostics
        self.types = {step.name: type_of(step) for step in steps}
        texts = [
            str(each["Name"])
            for each in definition.get("Parameters") or ()
            if each.get("Type", "String") == "String"
        ]
        names = names_of(steps, self.types, frozenset(texts))
        self.values = Values(steps=names, text_parameters=frozenset(texts))

    def imported(self) -> Imported | None:
        verbatim: set[str] = set()
        while True:
            text = self.text(verbatim)
            if self.diagnostics.has_errors:
                return None
            found = compiled(text, self.name)
            if found.mistakes:
                kept = found.mistaken - verbatim if found.are_spellings else None
                rewritten = self.verbatim(verbatim | kept) if kept else None
                return rewritten or self.done(text, found.mistakes)
            different = list(differences(self.definition, found.definition))
            if not different:
                return self.done(text, 0)
            again = {step.name for step in self.steps if _holds_any(step, different)}
            if again <= verbatim:
                message = "this is lost in a spec"
                path = different[0]
                self.places.report(codes.NO_YAML_FORM, message, path, self.diagnostics)
                return None
            verbatim |= again

    def verbatim(self, steps: set[str]) -> Imported | None:
        """Return the spec with some steps as requests, if nothing is wrong with these.

        A short field may be more particular about the look of its value than SageMaker is.
        """
        text = self.text(steps)
        found = compiled(text, self.name)
        if found.mistakes or any(differences(self.definition, found.definition)):
            return None
        return self.done(text, 0)

    def done(self, text: str, mistakes: int) -> Imported:
        return Imported(text=text, steps=len(self.steps), mistakes=mistakes)

    def text(self, verbatim: set[str]) -> str:
        """Return the spec, with all arguments of some steps below `request`."""
        written = {
            step.name: write_step(
                step, self.types[step.name], self.values, in_request=step.name in verbatim
            )
            for step in self.steps
        }
        refused = [refusal for step in written.values() for refusal in step.refused]
        own, others = pipeline_fields(self.definition, self.values)
        parameters = self.parameters(refused)
        for refusal in [*refused, *others]:
            self.places.report(refusal.code, refusal.message, refusal.path, self.diagnostics)
        defaults, steps = hoist({name: step.fields for name, step in written.items()})
        beside = {field: self.values.of(value) for field, value in self.fields.items()}
        document = Apart(kind="Pipeline", name=self.name, **beside, **own)
        if parameters:
            document["parameters"] = parameters
        if defaults:
            document["defaults"] = Lines(defaults)
        return yaml_text(Apart({**document, "steps": Apart(steps)}))

    def parameters(self, refused: list[Refusal]) -> dict[str, Json]:
        found: dict[str, Json] = {}
        for index, parameter in enumerate(self.definition.get("Parameters") or ()):
            fields, others = parameter_fields(parameter, self.values)
            found[str(parameter["Name"])] = fields
            for name in others:
                path = ("Parameters", index, name)
                refused.append(Refusal(codes.NO_YAML_FORM, "there is no such member", path))
        return found


def _holds_any(step: RawStep, paths: Sequence[Path]) -> bool:
    """Return whether one of the places is in a step, and not in one that it holds."""
    length = len(step.path)
    return any(
        path[:length] == step.path
        and not (len(path) > length + 2 and path[length + 1] in HELD.values())
        for path in paths
    )
