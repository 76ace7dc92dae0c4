"""Values of a definition as a spec writes them: references become expressions."""

from collections.abc import Mapping
from dataclasses import dataclass

from compiler.expressions.parse import parse
from compiler.expressions.syntax import PathTerm
from compiler.expressions.types import STRING, Type
from compiler.importer.expressions import StepNames, is_reference, literal_text, reference_text
from compiler.resolve.scope import EXECUTION_VARIABLES
from compiler.sagemaker.properties import PropertyPathError, property_type
from compiler.steps.codecs import Reference
from compiler.steps.members import Json

EXECUTION_TYPES = dict(EXECUTION_VARIABLES.values())


class Wrapped(Reference):
    """A reference that is joined with nothing to make it a text; `bare` is it without that."""

    bare: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Values:
    """What is known of the names that references use."""

    steps: Mapping[str, StepNames]
    text_parameters: frozenset[str]

    def of(self, value: Json) -> Json:
        """Return a value as it stands in a spec; a malformed reference stays as it is."""
        if is_reference(value):
            text = reference_text(value, self.steps)
            if text is not None:
                return self._reference(value, text)
        match value:
            case str():
                return literal_text(value)
            case dict():
                return {name: self.of(item) for name, item in value.items()}
            case list():
                return [self.of(item) for item in value]
            case _:
                return value

    def of_members(self, members: Mapping[str, Json]) -> dict[str, Json]:
        """Return the values of several members, which together are no reference."""
        return {name: self.of(value) for name, value in members.items()}

    def _reference(self, value: Json, text: str) -> Reference:
        match value:
            case {"Std:Join": {"On": "", "Values": [{"Get": str()} as inner]}}:
                bare = reference_text(inner, self.steps)
                if bare is not None and not self.is_text(inner, bare):
                    wrapped = Wrapped(text, is_text=True)
                    wrapped.bare = bare
                    return wrapped
        return Reference(text, is_text=self.is_text(value, text))

    def is_text(self, value: Json, text: str) -> bool:
        """Return whether a reference surely has a text as its value."""
        get = value.get("Get")
        if get is None:
            return "Std:Join" in value
        context, _, rest = str(get).partition(".")
        if context == "Parameters":
            return rest in self.text_parameters
        if context == "Execution":
            return EXECUTION_TYPES.get(rest) == STRING
        term = parse(text)
        if context != "Steps" or not isinstance(term, PathTerm):
            return False
        return self._property_type(term) == STRING

    def _property_type(self, term: PathTerm) -> Type | None:
        names = self.steps.get(str(term.segments[1].value))
        if names is None:
            return None
        below = term.segments[2:]
        short = names.types.get(tuple(str(segment.value) for segment in below))
        if short is not None or names.describe_shape is None:
            return short
        try:
            return property_type(names.describe_shape, below[1:])
        except PropertyPathError:
            return None
