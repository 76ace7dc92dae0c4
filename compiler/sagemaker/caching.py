"""What SageMaker makes the cache key of a step of: which members of the step, by its type.

From the developer guide's table; where a list there names members of the SDK, all arguments that
those become. Of types that the guide does not list all arguments count.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

Json: TypeAlias = Any

_TRAINING_DEFINITION = (
    "AlgorithmSpecification",
    "HyperParameterRanges",
    "InputDataConfig",
    "StaticHyperParameters",
    "TuningObjective",
)
_CHECK = (
    "Arguments",
    "CheckType",
    "ModelName",
    "ModelPackageGroupName",
    "RegisterNewBaseline",
    "SkipCheck",
    "SuppliedBaselineConstraints",
)

CACHED_BY: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Processing": (
            "Arguments.AppSpecification",
            "Arguments.Environment",
            "Arguments.ProcessingInputs",
        ),
        "Training": (
            "Arguments.AlgorithmSpecification",
            "Arguments.CheckpointConfig",
            "Arguments.DebugHookConfig",
            "Arguments.DebugRuleConfigurations",
            "Arguments.Environment",
            "Arguments.HyperParameters",
            "Arguments.InputDataConfig",
        ),
        "Tuning": (
            "Arguments.HyperParameterTuningJobConfig",
            *(f"Arguments.TrainingJobDefinition.{member}" for member in _TRAINING_DEFINITION),
            "Arguments.TrainingJobDefinitions",
        ),
        "AutoML": (
            "Arguments.AutoMLJobConfig.CompletionCriteria",
            "Arguments.AutoMLJobConfig.CandidateGenerationConfig",
            "Arguments.AutoMLJobConfig.DataSplitConfig",
            "Arguments.AutoMLJobConfig.Mode",
            "Arguments.AutoMLJobObjective",
            "Arguments.InputDataConfig",
            "Arguments.ProblemType",
        ),
        "Transform": (
            "Arguments.DataProcessing",
            "Arguments.Environment",
            "Arguments.ModelName",
            "Arguments.TransformInput",
        ),
        "ClarifyCheck": _CHECK,
        "QualityCheck": (*_CHECK, "SuppliedBaselineStatistics"),
        "EMR": ("Arguments.ClusterConfig", "Arguments.ClusterId", "Arguments.StepConfig"),
    }
)
ALL_ARGUMENTS = ("Arguments",)


def cached_by(type_: str) -> tuple[str, ...]:
    """Return the paths of the members that count for a type."""
    return CACHED_BY.get(type_, ALL_ARGUMENTS)


def is_listed(type_: str) -> bool:
    """Return whether the guide says what counts for a type."""
    return type_ in CACHED_BY


def members_that_count(type_: str, step: Mapping[str, Json]) -> dict[str, Json]:
    """Return the members of a step that make its cache key, by their paths."""
    found = ((path, member_at(step, path)) for path in cached_by(type_))
    return {path: value for path, value in found if value is not None}


def member_at(step: Mapping[str, Json], path: str) -> Json:
    """Return the member at a path such as `Arguments.InputDataConfig`, None if it is not there."""
    value: Json = step
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
