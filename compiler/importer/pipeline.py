"""What of a definition is not a step, as the fields of a spec."""

from collections.abc import Mapping

from compiler.assemble import EXPERIMENT
from compiler.diagnostics import codes
from compiler.importer.steps import Refusal
from compiler.importer.values import Values
from compiler.spec.pipeline import PARAMETER_TYPES, PipelineSpec
from compiler.spec.shape import fields_of
from compiler.steps.members import Json

PARAMETER = {
    "Type": "type", "DefaultValue": "default", "EnumValues": "enum", "Description": "description",
}  # fmt: skip
CONFIGS = {
    "PipelineExperimentConfig": (
        "experiment", {"ExperimentName": "name", "TrialName": "trial"},
    ),
    "MlflowConfig": (
        "mlflow", {"MlflowResourceArn": "arn", "MlflowExperimentName": "experiment"},
    ),
}  # fmt: skip
PARTS = frozenset({"Version", "Parameters", "Steps"})


def parameter_fields(
    parameter: Mapping[str, Json], values: Values
) -> tuple[dict[str, Json], list[str]]:
    """Return the fields of a parameter, and the members that have none."""
    fields: dict[str, Json] = {"type": "string"}
    refused = []
    for name, value in parameter.items():
        field = PARAMETER.get(name, name)
        if name in PARAMETER.values():
            refused.append(name)
        elif name == "Type":
            word = value.lower() if isinstance(value, str) else value
            fields["type"] = word if word in PARAMETER_TYPES and word != value else value
        elif name != "Name":
            fields[field] = values.of(value)
    return fields, refused


def pipeline_fields(
    definition: Mapping[str, Json], values: Values
) -> tuple[dict[str, Json], list[Refusal]]:
    """Return the fields of the pipeline itself, and what has none."""
    known = {field.key for field in fields_of(PipelineSpec)}
    fields: dict[str, Json] = {}
    refused = []
    if "PipelineExperimentConfig" not in definition:
        fields["experiment"] = {}
    for name, value in definition.items():
        if name in CONFIGS:
            field, names = CONFIGS[name]
            written = _config(value, names, values)
            if name != "PipelineExperimentConfig" or value != EXPERIMENT:
                fields[field] = written
        elif name == "Metadata":
            if value not in ({}, None):
                fields["metadata"] = values.of(value)
        elif name in known:
            refused.append(Refusal(codes.NO_YAML_FORM, "there is no such member", (name,)))
        elif name not in PARTS:
            fields[name] = values.of(value)
    return fields, refused


def _config(value: Json, names: Mapping[str, str], values: Values) -> Json:
    if value is None:
        return False
    if not isinstance(value, dict) or any(name in names.values() for name in value):
        return value
    return {names.get(name, name): values.of(item) for name, item in value.items()}
