"""What watches a training job: Debugger and its rules, the profiler, TensorBoard."""

from typing import Annotated, ClassVar

from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode
from compiler.sagemaker.images.request import ImageError, ImageRequest
from compiler.sagemaker.images.resolve import resolve_image
from compiler.spec.declared import declared
from compiler.spec.fields import (
    AnyScalar,
    Between,
    Count,
    Doc,
    Flag,
    Length,
    Needed,
    S3Uri,
    Table,
    Text,
)
from compiler.spec.job import IMAGE, INSTANCE_TYPE
from compiler.steps.codecs import COUNT_TEXT, TEXT_MAP
from compiler.steps.members import Group, Items, Member, Naming
from compiler.steps.request import RequestValue


@declared
class CollectionSpec:
    """Tensors that are saved together."""

    SHORTHAND: ClassVar[str] = "save_interval"

    span: Span
    save_interval: Annotated[
        Count | None, Between(minimum=1), Doc("Steps from one saving to the next.")
    ] = None
    parameters: Annotated[
        Table[AnyScalar],
        Length(maximum=20),
        Doc("Other parameters, such as `include_regex` or `train.save_interval`."),
    ]


@declared
class RuleSpec:
    """A rule that a job of its own holds the training against."""

    SHORTHAND: ClassVar[str] = "rule"

    span: Span
    rule: Annotated[
        Text | None, Doc("Rule to run, such as `LossNotDecreasing`; the name when left out.")
    ] = None
    parameters: Annotated[Table[AnyScalar], Length(maximum=99), Doc("Parameters of the rule.")]
    image: Annotated[
        Text | None, IMAGE, Doc("Image with a rule of your own; else that of the built-in rules.")
    ] = None
    instance: Annotated[
        Text | None, INSTANCE_TYPE, Doc("Instance type for a rule of your own.")
    ] = None
    volume: Annotated[Count | None, Doc("Size of the disk in GB for a rule of your own.")] = None
    output: Annotated[S3Uri | None, Doc("S3 prefix for what the rule finds.")] = None
    path: Annotated[Text | None, Doc("Folder in the rule's container for what it finds.")] = None
    request: Annotated[
        MappingNode | None, Doc("Members of the rule's configuration, laid over the fields.")
    ] = None


@declared
class DebuggerSpec:
    """Tensors that SageMaker Debugger saves, and rules about them."""

    span: Span
    output: Annotated[S3Uri | None, Needed(("rules",)), Doc("S3 prefix for the tensors.")] = None
    path: Annotated[Text | None, Doc("Folder in the container; `/opt/ml/output/tensors`.")] = None
    save_interval: Annotated[
        Count | None, Between(minimum=1), Doc("Steps from one saving to the next.")
    ] = None
    parameters: Annotated[
        Table[AnyScalar],
        Length(maximum=20),
        Doc("Other parameters of the hook, such as `train.save_interval`."),
    ]
    collections: Annotated[
        Table[CollectionSpec], Length(maximum=20), Doc("Tensors to save, by collection.")
    ]
    rules: Annotated[
        Table[RuleSpec],
        Length(maximum=20),
        Doc("Rules by name; the list of the names is enough for built-in ones."),
    ]


@declared
class ProfilerSpec:
    """Use of the machines that is measured while training, and rules about it."""

    span: Span
    output: Annotated[S3Uri | None, Doc("S3 prefix for the measurements.")] = None
    interval_ms: Annotated[
        Count | None, Doc("Milliseconds from one measurement to the next; 500 when left out.")
    ] = None
    parameters: Annotated[
        Table[AnyScalar], Length(maximum=20), Doc("Parameters for profiling the framework.")
    ]
    disabled: Annotated[Flag | None, Doc("Whether nothing is measured.")] = None
    rules: Annotated[
        Table[RuleSpec],
        Length(maximum=20),
        Doc("Rules by name; the list of the names is enough for built-in ones."),
    ]


@declared
class TensorBoardSpec:
    """Where what TensorBoard shows is kept."""

    SHORTHAND: ClassVar[str] = "output"

    span: Span
    output: Annotated[S3Uri, Doc("S3 prefix for the logs.")]
    path: Annotated[Text | None, Doc("Folder in the container; `/opt/ml/output/tensorboard`.")] = (
        None
    )


def _rule_image(naming: Naming, span: Span) -> RequestValue:  # noqa: ARG001
    try:
        return resolve_image(ImageRequest(framework="debugger", region=naming.region))
    except ImageError:  # no region is known, or none with the built-in rules
        return None


def _rules(path: str) -> Items:
    return Items(
        "rules",
        path,
        "RuleConfigurationName",
        (
            Member("path", "LocalPath"),
            Member("output", "S3OutputPath"),
            Member("image", "RuleEvaluatorImage", default=_rule_image),
            Member("instance", "InstanceType"),
            Member("volume", "VolumeSizeInGB"),
            Member("rule", "RuleParameters.rule_to_invoke", default="{name}"),
            Member("parameters", "RuleParameters", TEXT_MAP),
        ),
        shorthand="rule",
    )


DEBUGGER = Group(
    "debugger",
    "",
    (
        Member("output", "DebugHookConfig.S3OutputPath"),
        Member("path", "DebugHookConfig.LocalPath"),
        Member("save_interval", "DebugHookConfig.HookParameters.save_interval", COUNT_TEXT),
        Member("parameters", "DebugHookConfig.HookParameters", TEXT_MAP),
        Items(
            "collections",
            "DebugHookConfig.CollectionConfigurations",
            "CollectionName",
            (
                Member("save_interval", "CollectionParameters.save_interval", COUNT_TEXT),
                Member("parameters", "CollectionParameters", TEXT_MAP),
            ),
            shorthand="save_interval",
        ),
        _rules("DebugRuleConfigurations"),
    ),
)
PROFILER = Group(
    "profiler",
    "",
    (
        Member("output", "ProfilerConfig.S3OutputPath"),
        Member("interval_ms", "ProfilerConfig.ProfilingIntervalInMilliseconds"),
        Member("parameters", "ProfilerConfig.ProfilingParameters", TEXT_MAP),
        Member("disabled", "ProfilerConfig.DisableProfiler"),
        _rules("ProfilerRuleConfigurations"),
    ),
)
TENSORBOARD = Group(
    "tensorboard",
    "TensorBoardOutputConfig",
    (Member("output", "S3OutputPath"), Member("path", "LocalPath")),
    required=("output",),
    shorthand="output",
)
