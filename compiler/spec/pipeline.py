"""A pipeline as a person declares it."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode, text_of
from compiler.spec.declared import declared
from compiler.spec.fields import (
    NAME,
    AnyScalar,
    Between,
    Choice,
    Count,
    Doc,
    Flag,
    Keys,
    Length,
    Needed,
    Pattern,
    S3Uri,
    Static,
    StaticDuration,
    StaticText,
    Table,
    Text,
)
from compiler.spec.job import (
    Cache,
    Environment,
    Image,
    InstanceSpec,
    Kms,
    MaxRun,
    NetworkIsolation,
    Retry,
    Role,
    StaticTags,
    Tags,
    VpcSpec,
)
from compiler.spec.step import StepSpec

PARAMETER_TYPES = ("string", "integer", "float", "boolean")
PIPELINE_NAME = Pattern(
    r"^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,255}$", "letters and digits, with `-` between them"
)
PARAMETER_NAME = Keys(r"^[A-Za-z0-9_-]{1,64}$", "at most 64 letters, digits, `-` and `_`")
ACCOUNT = Pattern(r"^\d{12}$", "the 12 digits of an account, in quotes")
REGION = Pattern(r"^[a-z]{2,}(-[a-z]+)+-\d$", "a region such as `eu-west-1`")
SCHEDULE_NAME = Keys(r"^[0-9A-Za-z_.-]{1,64}$", "at most 64 letters, digits, `-`, `_` and `.`")
MLFLOW_ARN = Pattern(
    r"^arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:[0-9]{12}:mlflow-.+/.*$",
    "the ARN of an MLflow app or tracking server",
)
STEP_NAME = Keys(r"^[A-Za-z0-9_-]{1,64}$", "at most 64 letters, digits, `-` and `_`")


@declared
class ParameterSpec:
    """A value that is given when the pipeline is started."""

    span: Span
    type: Annotated[StaticText, Choice(PARAMETER_TYPES), Doc("Type of the parameter.")]
    default: Annotated[AnyScalar | None, Static(), Doc("Value when none is given.")] = None
    enum: Annotated[
        tuple[Annotated[AnyScalar, Static()], ...],
        Length(minimum=1),
        Doc("The only values allowed; for parameters of type string."),
    ] = ()
    description: Annotated[StaticText | None, Doc("What the parameter is for.")] = None


@declared
class EnvironmentVariableSpec:
    """A variable of the environment that the compiler may read."""

    span: Span
    default: Annotated[StaticText | None, Doc("Value when the variable is not set.")] = None


@declared
class ExperimentSpec:
    """The experiment that the executions are recorded in."""

    SHORTHAND: ClassVar[str] = "enabled"

    span: Span
    name: Annotated[Text | None, Doc("Name of the experiment; else the pipeline's.")] = None
    trial: Annotated[Text | None, Doc("Name of the trial; else the execution's id.")] = None
    enabled: Annotated[Flag | None, Static(), Doc("`false` records nothing.")] = None


@declared
class MlflowSpec:
    """The MLflow app or tracking server that the executions are recorded in."""

    SHORTHAND: ClassVar[str] = "enabled"

    span: Span
    arn: Annotated[Text | None, MLFLOW_ARN, Doc("ARN of the app or tracking server.")] = None
    experiment: Annotated[
        Text | None, Length(1, 256), Doc("Name of the experiment; else the pipeline's.")
    ] = None
    enabled: Annotated[Flag | None, Static(), Doc("`false` records nothing.")] = None


@declared
class ScheduleSpec:
    """When EventBridge Scheduler starts the pipeline; one of `cron`, `rate` and `at`."""

    SHORTHAND: ClassVar[str] = "cron"

    span: Span
    cron: Annotated[StaticText | None, Doc("Six fields, such as `0 6 ? * MON-FRI *`.")] = None
    rate: Annotated[StaticDuration | None, Doc("Time between starts, such as `12h`.")] = None
    at: Annotated[
        StaticText | None,
        Pattern(r"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$", "a time such as `2027-01-31T06:00`"),
        Doc("The one time to start."),
    ] = None
    timezone: Annotated[StaticText | None, Doc("Time zone; `UTC` when left out.")] = None
    enabled: Annotated[Flag | None, Static(), Doc("`false` keeps the schedule, switched off.")] = (
        None
    )
    role: Annotated[
        Role | None, Static(), Doc("Role that starts the pipeline; needed to deploy.")
    ] = None
    parameters: Annotated[
        Table[Annotated[AnyScalar, Static()]], Doc("Values of parameters for these executions.")
    ]


@declared
class TriggerSpec:
    """Events of EventBridge that start the pipeline."""

    span: Span
    event: Annotated[
        MappingNode | None,
        Needed(("s3", "model_approved")),
        Doc("Event pattern, as EventBridge's."),
    ] = None
    s3: Annotated[S3Uri | None, Static(), Doc("Prefix below which a new object starts it.")] = None
    model_approved: Annotated[
        StaticText | None, Doc("Model package group in which an approved version starts it.")
    ] = None
    enabled: Annotated[Flag | None, Static(), Doc("`false` keeps the rule, switched off.")] = None
    role: Annotated[
        Role | None, Static(), Doc("Role that starts the pipeline; needed to deploy.")
    ] = None
    parameters: Annotated[
        Table[Annotated[AnyScalar, Static()]], Doc("Values of parameters for these executions.")
    ]


@declared
class DefaultsSpec:
    """Fields that each step gets which has them and does not set them."""

    span: Span
    image: Image | None = None
    role: Role | None = None
    instance: Annotated[InstanceSpec | None, Doc("Machines that a job runs on.")] = None
    cache: Cache | None = None
    retry: Retry = ()
    max_run: MaxRun | None = None
    environment: Environment
    vpc: Annotated[VpcSpec | None, Doc("Private network that a job runs in.")] = None
    kms: Kms | None = None
    network_isolation: NetworkIsolation | None = None
    tags: Tags


@declared
class TargetSpec:
    """A place that the pipeline is deployed to, and what is different there."""

    span: Span
    default: Annotated[
        Flag | None, Static(), Doc("Whether this target is meant when none is named.")
    ] = None
    account: Annotated[StaticText | None, ACCOUNT, Doc("AWS account that the pipeline is for.")] = (
        None
    )
    region: Annotated[StaticText | None, REGION, Doc("AWS region.")] = None
    name: Annotated[StaticText | None, PIPELINE_NAME, Doc("Name of the pipeline there.")] = None
    description: Annotated[StaticText | None, Doc("Description of the pipeline there.")] = None
    storage: Annotated[S3Uri | None, Static(), Doc("Where code and outputs are kept there.")] = None
    role: Annotated[Role | None, Static(), Doc("Role of the pipeline itself there.")] = None
    parallelism: Annotated[
        Count | None, Between(minimum=1), Static(), Doc("Most steps that run at a time there.")
    ] = None
    schedule: Annotated[MappingNode | None, Doc("Schedules that differ, or are more.")] = None
    triggers: Annotated[MappingNode | None, Doc("Triggers that differ, or are more.")] = None
    vars: Annotated[MappingNode | None, Doc("Variables that differ.")] = None
    tags: Annotated[MappingNode | None, Doc("Tags that differ.")] = None
    parameters: Annotated[MappingNode | None, Doc("Parameters that differ, or their defaults.")] = (
        None
    )
    defaults: Annotated[MappingNode | None, Doc("Defaults that differ.")] = None
    steps: Annotated[MappingNode | None, Doc("Steps' fields that differ.")] = None


@declared
class PipelineSpec:
    """A SageMaker pipeline."""

    span: Span
    kind: Annotated[StaticText, Choice(("Pipeline",)), Doc("What this document declares.")]
    name: Annotated[StaticText, PIPELINE_NAME, Doc("Name of the pipeline in SageMaker.")]
    description: Annotated[
        StaticText | None, Length(maximum=3072), Doc("What the pipeline is for.")
    ] = None
    tags: StaticTags
    vars: Annotated[MappingNode | None, Doc("Values known when compiling: `${{ vars.x }}`.")] = None
    env: Annotated[
        Table[EnvironmentVariableSpec],
        Keys(r"^[A-Za-z_][A-Za-z0-9_]*$", "the name of an environment variable"),
        Doc("Environment variables that may be read when compiling: `${{ env.X }}`."),
    ]
    parameters: Annotated[
        Table[ParameterSpec],
        PARAMETER_NAME,
        Length(maximum=200),
        Doc("Values given when the pipeline is started: `${{ parameters.x }}`."),
    ]
    storage: Annotated[
        S3Uri | None, Static(), Doc("S3 prefix below which code and outputs are kept.")
    ] = None
    account: Annotated[StaticText | None, ACCOUNT, Doc("AWS account that the pipeline is for.")] = (
        None
    )
    region: Annotated[
        StaticText | None, REGION, Doc("AWS region; prebuilt images are those of the region.")
    ] = None
    role: Annotated[
        Role | None,
        Static(),
        Doc("Role of the pipeline itself, which starts the jobs; else that of `defaults`."),
    ] = None
    parallelism: Annotated[
        Count | None, Between(minimum=1), Static(), Doc("Most steps that run at a time.")
    ] = None
    experiment: Annotated[
        ExperimentSpec | None, Doc("Experiment of the executions; `false` for none.")
    ] = None
    mlflow: Annotated[MlflowSpec | None, Doc("MLflow server of the executions.")] = None
    metadata: Annotated[MappingNode | None, Doc("Texts that the definition carries, by name.")] = (
        None
    )
    schedule: Annotated[
        Table[ScheduleSpec], SCHEDULE_NAME, Doc("When the pipeline is started, by name.")
    ]
    triggers: Annotated[
        Table[TriggerSpec], SCHEDULE_NAME, Doc("Events that start the pipeline, by name.")
    ]
    defaults: Annotated[DefaultsSpec | None, Doc("Fields for each step that has them.")] = None
    steps: Annotated[
        MappingNode, STEP_NAME, Length(minimum=1), Doc("The steps, by name; order does not matter.")
    ]
    targets: Annotated[
        Table[TargetSpec], NAME, Doc("Where the pipeline is deployed, and what differs there.")
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Pipeline:
    """A pipeline with its steps built; `broken` are the names of steps that were not."""

    spec: PipelineSpec
    steps: dict[str, StepSpec]
    broken: frozenset[str]
    parameters_known: bool
    target: str
    region: str | None = None

    @property
    def name(self) -> str:
        """The name of the pipeline in SageMaker; of a wrong one, a name that is right."""
        return text_of(self.spec.name) or "unknown"
