"""Read a pipeline definition as CreatePipeline, UpdatePipeline and StartPipelineExecution do."""

import json
from typing import Any

from tests.aws.refusals import invalid
from tests.aws.world import World


def definition_in(world: World, request: dict[str, Any]) -> str | None:
    """Return the definition that a request gives, itself or in S3, after a look at it."""
    text = request.get("PipelineDefinition")
    location = request.get("PipelineDefinitionS3Location")
    if text is not None and location is not None:
        raise invalid("Only one of PipelineDefinition and PipelineDefinitionS3Location may be set.")
    if location is not None:
        text = world.read_object(location)
    if text is not None:
        parsed(text)
    return text


def parsed(text: str) -> dict[str, Any]:
    """Return a definition as an object, or say why it is none."""
    try:
        read = json.loads(text)
    except ValueError as error:
        raise invalid(f"Unable to parse pipeline definition. {error}") from None
    if not isinstance(read, dict) or not isinstance(read.get("Steps"), list):
        raise invalid("Unable to parse pipeline definition. Steps must be a list.")
    return read


def parameters_of(text: str, given: list[dict[str, str]]) -> dict[str, str]:
    """Return the parameters of an execution: those that are given, and the defaults."""
    declared = {entry["Name"]: entry for entry in parsed(text).get("Parameters", [])}
    values = {entry["Name"]: entry["Value"] for entry in given}
    unknown = sorted(values.keys() - declared.keys())
    if unknown:
        raise invalid(f"Unknown pipeline parameters: {', '.join(unknown)}")
    missing = [
        name
        for name, entry in declared.items()
        if name not in values and "DefaultValue" not in entry
    ]
    if missing:
        raise invalid(f"Pipeline parameters without a value: {', '.join(missing)}")
    for name, value in values.items():
        check_value(declared[name], value)
    defaults = {name: shown(entry.get("DefaultValue")) for name, entry in declared.items()}
    return {**defaults, **values}


def check_value(declared: dict[str, Any], value: str) -> None:
    """Say no to a value that a parameter can't have."""
    name, kind = declared["Name"], declared["Type"]
    readers = {"Integer": int, "Float": float}
    if kind in readers:
        try:
            readers[kind](value)
        except ValueError:
            raise invalid(f"Pipeline parameter {name}: {value!r} is no {kind}") from None
    if kind == "Boolean" and value.lower() not in {"true", "false"}:
        raise invalid(f"Pipeline parameter {name}: {value!r} is no Boolean")
    allowed = declared.get("EnumValues")
    if allowed is not None and value not in map(shown, allowed):
        raise invalid(f"Pipeline parameter {name}: {value!r} is not one of its EnumValues")


def shown(value: object) -> str:
    """Return a value as the text that an execution shows."""
    return value if isinstance(value, str) else json.dumps(value)
