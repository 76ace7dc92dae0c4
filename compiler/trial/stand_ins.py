"""What a step leaves that has run in nobody's world: its arguments, names and plausible values.

All of it follows from the definition, so it is the same each time. What nobody can know is
*invented*, and told apart, for nothing may be decided by it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from compiler.local.graph import Node, Status
from compiler.local.naming import ACCOUNT, REGION, arn_of, name_of_job
from compiler.local.resolve import Json, step_of
from compiler.sagemaker.api import Shape
from compiler.trial.paths import Token, put, tokens_of
from compiler.trial.values import shape_at

Path = tuple[Token, ...]

EXECUTION_ID = "a1b2c3d4e5f6"
MOMENT = "2026-01-01T00:00:00.000Z"
# The members Name, Arn and Status of what a step makes begin with this, and its ARN holds that.
RESOURCES: Mapping[str, tuple[str, str]] = {
    "Processing": ("ProcessingJob", "processing-job"),
    "Training": ("TrainingJob", "training-job"),
    "Tuning": ("HyperParameterTuningJob", "hyper-parameter-tuning-job"),
    "Transform": ("TransformJob", "transform-job"),
    "AutoML": ("AutoMLJob", "automl-job"),
    "Job": ("Job", "job"),
    "Model": ("Model", "model"),
    "EndpointConfig": ("EndpointConfig", "endpoint-config"),
    "Endpoint": ("Endpoint", "endpoint"),
    "InferenceComponent": ("InferenceComponent", "inference-component"),
}
WITHOUT_STATUS = frozenset({"Model", "EndpointConfig"})
SERVING = frozenset({"Endpoint", "InferenceComponent"})
GOOD_WORDS = ("Completed", "Succeeded", "InService", "Approved")
S3_WORDS = re.compile(r"S3|Ur[il]|Path|Location|Baseline")


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """Where and when the execution takes place."""

    account: str = ACCOUNT
    region: str = REGION
    execution_id: str = EXECUTION_ID
    moment: str = MOMENT

    def arn(self, resource: str) -> str:
        """Return the ARN that the service would give `resource`."""
        return arn_of(resource, account=self.account, region=self.region)

    def job_name(self, step: str) -> str:
        """Return the name of what a step makes."""
        return name_of_job(self.execution_id, step, "0" * 10)


def known_properties(
    node: Node, name: str, arguments: Mapping[str, Json], status: Status, scene: Scene
) -> dict[str, Json]:
    """Return what Describe answers as far as it follows from the arguments and from the end."""
    properties: dict[str, Json] = dict(arguments)
    if node.type in RESOURCES:
        prefix, resource = RESOURCES[node.type]
        own = arguments.get(f"{prefix}Name", scene.job_name(name))
        properties |= {f"{prefix}Name": own, f"{prefix}Arn": scene.arn(f"{resource}/{own}")}
        if node.type not in WITHOUT_STATUS:
            done = "InService" if node.type in SERVING else "Completed"
            properties[f"{prefix}Status"] = done if status == "Succeeded" else status
    if node.type == "Training" and status == "Succeeded":
        base = str((arguments.get("OutputDataConfig") or {}).get("S3OutputPath", "s3://stand-in"))
        archive = f"{base.rstrip('/')}/{properties['TrainingJobName']}/output/model.tar.gz"
        properties["ModelArtifacts"] = {"S3ModelArtifacts": archive}
    if node.type == "RegisterModel":
        group = arguments.get("ModelPackageGroupName", name)
        properties |= {
            "ModelPackageArn": scene.arn(f"model-package/{group}/1"),
            "ModelPackageVersion": 1,
            "ModelPackageStatus": "Completed" if status == "Succeeded" else "Failed",
        }
    return properties


def invent(
    step: str,
    paths: tuple[Path, ...],
    shape_name: str | None,
    properties: dict[str, Json],
    scene: Scene,
) -> tuple[dict[str, Json], frozenset[Path]]:
    """Put a plausible value where others refer to and nothing is, and tell where that is."""
    known, invented = properties, set[Path]()
    for path in paths:
        if not _is_open(known, path, shape_name):
            continue
        found = shape_at(shape_name, list(path)) if shape_name is not None else None
        properties = put(properties, path, _value(found, step, path, scene))
        invented.add(path)
    return properties, frozenset(invented)


def output_parameters(node: Node) -> Iterator[tuple[Path, Json]]:
    """Yield a stand-in for each output parameter of a Lambda or callback step."""
    for each in node.step.get("OutputParameters") or ():
        name = str(each["OutputName"])
        kinds: dict[str, Json] = {"Integer": 1, "Float": 1.0, "Boolean": True}
        value = kinds.get(each.get("OutputType", "String"), f"{node.name}-{name}")
        yield ("OutputParameters", name), value


def references_by_step(definition: Mapping[str, Json]) -> dict[str, tuple[Path, ...]]:
    """Return the paths that a definition refers to, by the step whose properties they are of.

    A path into the outcome of a ForEach is one of the step in its body.
    """
    selectors = dict(_selected(definition))
    found: dict[str, dict[Path, None]] = {}
    for reference in gets(definition):
        root, _, rest = reference.partition(".")
        tokens = tokens_of(rest) or []
        if root == "Steps":
            step, tokens = step_of(reference), tokens[1:]
            match tokens:
                case ["PropertyFiles", *_]:
                    continue
                case ["IterationOutputs", int(), str(body), *member]:
                    step, tokens = body, member
                case ["Selected", *member] if step in selectors:
                    step, tokens = selectors[step], member
        elif root == "IterationOutput" and tokens:
            step, tokens = str(tokens[0]), tokens[1:]
        else:
            continue
        if tokens:
            found.setdefault(step, {})[tuple(tokens)] = None
    return {step: tuple(paths) for step, paths in found.items()}


def gets(value: Json) -> Iterator[str]:
    """Yield the paths of all references in a value."""
    match value:
        case {"Get": str(path)} if len(value) == 1:
            yield path
        case dict():
            for each in value.values():
                yield from gets(each)
        case list():
            for each in value:
                yield from gets(each)


def selected_body(arguments: Mapping[str, Json]) -> str | None:
    """Return the step in the body of a ForEach that its selector compares."""
    field = next(gets((arguments.get("Selector") or {}).get("Field")), "")
    tokens = tokens_of(field.removeprefix("IterationOutput."))
    return str(tokens[0]) if field.startswith("IterationOutput.") and tokens else None


def _selected(value: Json) -> Iterator[tuple[str, str]]:
    match value:
        case {"Type": "ForEach", "Name": str(name), "Arguments": dict(arguments)}:
            if (body := selected_body(arguments)) is not None:
                yield name, body
        case dict():
            for each in value.values():
                yield from _selected(each)
        case list():
            for each in value:
                yield from _selected(each)


def _is_open(properties: Json, path: Path, shape_name: str | None) -> bool:
    """Say whether nothing is at a path, and whether something may be.

    The entries of a map and the items of a list that the arguments have are all that there are.
    """
    here = properties
    for depth, token in enumerate(path):
        if isinstance(here, dict) and token in here:
            here = here[str(token)]
            continue
        if isinstance(here, list) and here:
            return False
        container = shape_at(shape_name, list(path[:depth])) if shape_name and depth else None
        return not (container is not None and container.kind == "map" and here)
    return False


def _value(found: Shape | None, step: str, path: Path, scene: Scene) -> Json:
    member = str(path[-1])
    kind = found.kind if found is not None else "string"
    match kind:
        case "boolean":
            return True
        case "integer" | "long":
            return 1
        case "float" | "double":
            return 1.0
        case "timestamp":
            return scene.moment
    choices = found.model.get("enum") if found is not None else None
    if choices:
        return next((word for word in GOOD_WORDS if word in choices), choices[0])
    if member.endswith("Arn"):
        return scene.arn(f"{step}/{member}")
    if S3_WORDS.search(member):
        return f"s3://stand-in/{step}/{member}"
    return f"{step}-{member}"
