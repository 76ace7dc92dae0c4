"""Single faults put into definitions, by class: each yields what is wrong and the definition."""

import copy
from collections.abc import Iterator
from typing import Any, TypeAlias

Json: TypeAlias = Any
Path: TypeAlias = tuple[str | int, ...]
Fault: TypeAlias = tuple[str, Json]

# Maps whose names are the user's own, so that one more is no mistake.
FREE = frozenset(
    {
        "HyperParameters", "StaticHyperParameters", "Environment", "CustomerMetadataProperties",
        "Metadata", "Properties", "Configurations", "AdditionalCodeRepositories",
        "DebugHookConfig", "RuleParameters", "CollectionParameters", "HookParameters",
        "ProfilingParameters", "SparkSubmit", "EnvironmentVariables",
    }
)  # fmt: skip
FREE_ARGUMENTS = frozenset({"Callback", "Lambda"})
REFERENCES = frozenset({"Get", "Std:Join", "Std:JsonGet"})
ENUMS = frozenset(
    {
        "TrainingInputMode", "InputMode", "S3DataType", "S3UploadMode", "S3InputMode",
        "S3DataDistributionType", "S3CompressionType", "CompressionType", "ModelApprovalStatus",
        "BatchStrategy", "AssembleWith", "SplitType", "Strategy", "TrainingJobEarlyStoppingType",
        "ScalingType", "CheckType", "OutputType", "InstanceType", "ProblemType", "Mode",
        "WarmStartType", "JoinSource", "RecordWrapperType", "OutputFormat", "JobCategory",
    }
)  # fmt: skip
RANGES: dict[str, Json] = {
    "InstanceCount": 0, "VolumeSizeInGB": 0, "MaxRuntimeInSeconds": 0, "MaxAttempts": 99,
    "IntervalSeconds": 99999, "BackoffRate": -1, "MaxConcurrency": 99, "InitialInstanceCount": -1,
    "MaxNumberOfTrainingJobs": 0, "MaxParallelTrainingJobs": 0, "MaxPayloadInMB": -1,
    "KeepAlivePeriodInSeconds": 999999, "MaxWaitTimeInSeconds": 0, "ExpireAfterMin": 99999,
    "MaximumRetryAttempts": 99, "MaxRuntimePerTrainingJobInSeconds": 0,
}  # fmt: skip
REQUIRED = frozenset(
    {
        "RoleArn", "OutputDataConfig", "AppSpecification", "ProcessingResources", "ImageUri",
        "DataSource", "ChannelName", "S3Uri",
        "S3DataType", "TransformInput", "TransformOutput", "TransformResources", "ModelName",
        "S3UploadMode", "OutputName", "InputName", "ErrorMessage", "FunctionArn",
        "SqsQueueUrl", "HyperParameterTuningJobConfig", "Strategy", "ResourceLimits", "Conditions",
        "ExceptionType", "PropertyFileName", "FilePath", "OutputType", "StepConfig",
        "HadoopJarStep", "Jar", "IterableItems", "ForEachBody", "CheckType", "ProductionVariants",
        "VariantName", "EndpointConfigName", "EndpointName", "JobCategory", "JobConfigDocument",
        "Enabled", "Containers",
    }
)  # fmt: skip
ADDRESSES: dict[str, Json] = {
    "S3Uri": "ml-dev/folder", "S3OutputPath": "http://ml-dev/folder", "RoleArn": "ml-role",
    "ImageUri": "111122223333.dkr.ecr.us-east-1.amazonaws.com", "TrainingImage": "not an image",
    "ExecutionRoleArn": "arn:aws:s3:::role", "ModelDataUrl": "ml-dev/model.tar.gz",
    "VolumeKmsKeyId": "key with spaces", "KmsKeyId": "key with spaces", "Image": "an image",
    "FunctionArn": "score", "SqsQueueUrl": "queue", "TaskRoleArn": "nobody",
    "MlflowResourceArn": "mlflow", "ModelPackageArn": "package",
}  # fmt: skip


def walk(value: Json, path: Path = (), *, free: bool = False) -> Iterator[tuple[Path, Json, bool]]:
    """Iterate over all parts of a definition with their paths, and whether names are free there."""
    yield path, value, free
    if isinstance(value, dict):
        for name, item in value.items():
            is_free = free or name in FREE
            if name == "Arguments" and value.get("Type") in FREE_ARGUMENTS:
                is_free = True
            yield from walk(item, (*path, name), free=is_free)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from walk(item, (*path, index), free=free)


def at(value: Json, path: Path) -> Json:
    for part in path:
        value = value[part]
    return value


def changed(definition: Json, path: Path, value: Json) -> Json:
    """Return a copy with one part replaced."""
    made = copy.deepcopy(definition)
    at(made, path[:-1])[path[-1]] = value
    return made


def without(definition: Json, path: Path) -> Json:
    """Return a copy that lacks one part."""
    made = copy.deepcopy(definition)
    del at(made, path[:-1])[path[-1]]
    return made


def shown(path: Path) -> str:
    return ".".join(map(str, path))


def is_reference(value: Json) -> bool:
    return isinstance(value, dict) and bool(REFERENCES & value.keys())


def in_reference(path: Path) -> bool:
    return any(part in REFERENCES for part in path)


def steps_of(definition: Json) -> list[tuple[Path, Json]]:
    """Return all steps with their paths."""
    return [
        (path, value)
        for path, value, _ in walk(definition)
        if isinstance(value, dict) and {"Name", "Type", "Arguments"} <= value.keys()
    ]


def unknown_keys(definition: Json) -> Iterator[Fault]:
    for path, value, free in walk(definition):
        if isinstance(value, dict) and not free and not in_reference(path):
            yield f"{shown(path)}.Banana", changed_or_root(definition, path, {**value, "Banana": 1})


def changed_or_root(definition: Json, path: Path, value: Json) -> Json:
    return changed(definition, path, value) if path else value


def wrong_types(definition: Json) -> Iterator[Fault]:
    for path, value, free in walk(definition):
        if not path or in_reference(path) or (free and path[-1] not in FREE):
            continue
        match value:
            case bool() | int() | float():
                yield f"{shown(path)} is a text", changed(definition, path, "banana")
            case str() if "Condition" not in shown(path) and path[-1] != "DefaultValue":
                yield f"{shown(path)} is a list", changed(definition, path, [value])
                yield f"{shown(path)} is a number", changed(definition, path, 7)
            case list():
                yield f"{shown(path)} is a text", changed(definition, path, "banana")
                yield f"{shown(path)} is an object", changed(definition, path, {"a": 1})
            case dict() if not is_reference(value):
                yield f"{shown(path)} is a list", changed(definition, path, [1])
                yield f"{shown(path)} is a text", changed(definition, path, "banana")


def missing_members(definition: Json) -> Iterator[Fault]:
    for path, _, free in walk(definition):
        if path and path[-1] in REQUIRED and not free and not in_reference(path):
            yield f"no {shown(path)}", without(definition, path)


def bad_enums(definition: Json) -> Iterator[Fault]:
    for path, value, free in walk(definition):
        if not (path and path[-1] in ENUMS and isinstance(value, str)) or free:
            continue
        if path[-1] != "InstanceType" or value.startswith("ml."):  # EMR's have no list
            yield f"{shown(path)} is Banana", changed(definition, path, "Banana")


def bad_ranges(definition: Json) -> Iterator[Fault]:
    for path, value, free in walk(definition):
        if path and not free and path[-1] in RANGES and isinstance(value, int | float):
            bad = RANGES[str(path[-1])]
            yield f"{shown(path)} is {bad}", changed(definition, path, bad)


def dangling_references(definition: Json) -> Iterator[Fault]:
    for path, value, _ in walk(definition):
        if not (path and path[-1] == "Get" and isinstance(value, str)):
            continue
        root, _, rest = value.partition(".")
        if root in {"Parameters", "Execution"}:
            yield f"{value} is not there", changed(definition, path, f"{root}.Nowhere")
        if root == "Steps":
            name, _, below = rest.partition(".")
            yield f"no step of {value}", changed(definition, path, f"Steps.nowhere.{below}")
            yield f"no member of {value}", changed(definition, path, f"Steps.{name}.Nowhere.It")
        yield f"{value} is no reference", changed(definition, path, "banana")


def mistyped_references(definition: Json) -> Iterator[Fault]:
    made = copy.deepcopy(definition)
    made.setdefault("Parameters", [])
    made["Parameters"] += [
        {"Name": "FaultText", "Type": "String", "DefaultValue": "x"},
        {"Name": "FaultFlag", "Type": "Boolean", "DefaultValue": True},
    ]
    numbers = {"InstanceCount", "VolumeSizeInGB", "MaxRuntimeInSeconds", "MaxPayloadInMB"}
    texts = {"RoleArn", "ImageUri", "TrainingImage", "InstanceType", "S3Uri", "S3OutputPath"}
    for path, value, free in walk(definition):
        if path and path[-1] in numbers and not free:
            ref = {"Get": "Parameters.FaultText"}
            yield f"text in {shown(path)}", changed(made, path, ref)
        if path and path[-1] in texts and isinstance(value, str) and not free:
            ref = {"Get": "Parameters.FaultFlag"}
            yield f"flag in {shown(path)}", changed(made, path, ref)
        if (
            isinstance(value, list)
            and path
            and path[-1] not in {"Steps", "Parameters", "IterableItems"}
            and not free
        ):
            if not in_reference(path) and "Condition" not in shown(path[-1:]):
                ref = {"Get": "Parameters.FaultText"}
                yield f"reference for the list {shown(path)}", changed(made, path, ref)


def malformed_references(definition: Json) -> Iterator[Fault]:
    for path, value, free in walk(definition):
        if not is_reference(value) or in_reference(path) or free:
            continue
        yield f"more in {shown(path)}", changed(definition, path, {**value, "Banana": 1})
        if "Std:Join" in value:
            yield f"no On in {shown(path)}", without(definition, (*path, "Std:Join", "On"))
        if "Std:JsonGet" in value:
            inner = (*path, "Std:JsonGet", "Path")
            yield f"no Path in {shown(path)}", without(definition, inner)
            ref = {"Get": "Execution.PipelineName"}
            yield f"reference as path in {shown(path)}", changed(definition, inner, ref)
        if "Get" in value:
            yield f"number in {shown(path)}", changed(definition, (*path, "Get"), 5)
