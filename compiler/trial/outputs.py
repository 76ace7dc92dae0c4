"""What a step of a definition gives to others: the shape of its properties, and short names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from compiler.expressions.types import ANY, BOOLEAN, FLOAT, INTEGER, STRING, Type
from compiler.local.graph import Node as Step
from compiler.steps import STEP_TYPES
from compiler.steps.step_type import StepType

# An output's path and the type of its value.
Named = tuple[str, Type]

PARAMETER_TYPES = {"String": STRING, "Integer": INTEGER, "Float": FLOAT, "Boolean": BOOLEAN}


@dataclass(frozen=True, kw_only=True, slots=True)
class Outputs:
    """What steps give; `step_types` are the types that a spec names, by step."""

    step_types: Mapping[str, str]

    def shape_of(self, step: Step) -> str | None:
        """Return the name of the shape of a step's properties, if the API describes one."""
        shapes = (each.describe_shape for each in self._types(step))
        return next((name for name in shapes if name is not None), None)

    def short(self, step: Step) -> dict[str, Named]:
        """Return the outputs with a short name, such as `model`."""
        return {
            name: (output.path, output.type)
            for each in self._types(step)
            for name, output in each.outputs.items()
        }

    def named(self, step: Step) -> dict[str, Named]:
        """Return the outputs that are named in the step, as `steps.S.outputs.<name>` is."""
        arguments = step.step.get("Arguments") or {}
        found: dict[str, Named] = {}
        for each in step.step.get("OutputParameters") or ():
            name = each["OutputName"]
            kind = PARAMETER_TYPES.get(each.get("OutputType", "String"), ANY)
            found[name] = (f"OutputParameters['{name}']", kind)
        if step.type == "Processing":
            for each in (arguments.get("ProcessingOutputConfig") or {}).get("Outputs") or ():
                name = each["OutputName"]
                path = f"ProcessingOutputConfig.Outputs['{name}'].S3Output.S3Uri"
                found[name] = (path, STRING)
        return found

    def _types(self, step: Step) -> Iterator[StepType]:
        declared = STEP_TYPES.get(self.step_types.get(step.name, ""))
        if declared is not None and declared.sagemaker_type == step.type:
            yield declared
            return
        yield from (each for each in STEP_TYPES.values() if each.sagemaker_type == step.type)
