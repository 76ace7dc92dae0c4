"""The tuning step: training jobs that SageMaker starts to find good hyperparameters."""

from collections.abc import Iterator
from typing import Annotated

from compiler.diagnostics.diagnostic import Diagnostic
from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode, merge
from compiler.expressions.types import FLOAT, STRING
from compiler.spec.declared import declared, with_fields
from compiler.spec.fields import (
    Between,
    Choice,
    Count,
    Doc,
    Duration,
    Flag,
    Keys,
    Length,
    Needed,
    Number,
    Static,
    Table,
    Text,
)
from compiler.spec.job import (
    Cache,
    CodeSpec,
    Environment,
    Image,
    Kms,
    MaxRun,
    NetworkIsolation,
    Retry,
    Role,
    Tags,
)
from compiler.spec.step import Overlay, StepSpec
from compiler.steps.codecs import DURATION_SECONDS, each, switch
from compiler.steps.members import (
    Entry,
    Group,
    Items,
    Member,
    below,
    is_given,
    lower_members,
)
from compiler.steps.request import Request, RequestValue, has_code, located
from compiler.steps.shared import TAGS_MEMBER
from compiler.steps.step_type import Output, StepContext, StepType
from compiler.steps.training_job import (
    Algorithm,
    Channels,
    Checkpoints,
    Distribution,
    EncryptTraffic,
    Hyperparameters,
    InputMode,
    Machines,
    MaxPending,
    MaxRetries,
    Metrics,
    ModelOutput,
    OutputCompression,
    Spot,
    Vpc,
    check_job,
    complete,
)
from compiler.steps.tuning_definition import (
    DEFINITION,
    HYPERPARAMETERS_PATH,
    INHERITED,
    JOB_DEFINITION,
    DefinitionSpec,
    Objective,
    Ranges,
    Resources,
    objective_at,
)
from compiler.steps.tuning_ranges import RANGES


@declared
class LimitsSpec:
    """How much the tuning may use."""

    span: Span
    max_jobs: Annotated[
        Count | None, Between(minimum=1), Doc("Most training jobs in all; not with `Grid`.")
    ] = None
    max_parallel_jobs: Annotated[
        Count | None, Between(minimum=1), Doc("Most jobs at a time; 1 when left out.")
    ] = None
    max_run: Annotated[Duration | None, Doc("Longest time that the tuning may take.")] = None


@declared
class HyperbandSpec:
    """How much is spent on one job when the strategy is `Hyperband`."""

    span: Span
    min_resource: Annotated[
        Count | None, Between(minimum=1), Doc("Epochs after which a job may be stopped.")
    ] = None
    max_resource: Annotated[Count | None, Between(minimum=1), Doc("Most epochs of a job.")] = None


@declared
class CompletionSpec:
    """When the tuning has found enough and ends."""

    span: Span
    target: Annotated[Number | None, Doc("Value of the objective that is good enough.")] = None
    max_jobs_not_improving: Annotated[
        Count | None, Between(minimum=3), Doc("Jobs in a row that find nothing better.")
    ] = None
    on_convergence: Annotated[
        Flag | None, Static(), Doc("Whether it ends when SageMaker expects nothing better.")
    ] = None


@declared
class WarmStartSpec:
    """Tunings that this one learns from."""

    span: Span
    parents: Annotated[
        tuple[Text, ...], Length(1, 5), Doc("Names of tuning jobs, or references to them.")
    ]
    type: Annotated[
        Text,
        Choice(("IdenticalDataAndAlgorithm", "TransferLearning")),
        Doc("Whether data and algorithm are the same."),
    ]


@declared
class TuningSpec(StepSpec):
    """Find good hyperparameters by many training jobs.

    The model of the best job of a step `T` without `definitions` lies at
    `${{ steps.T.output }}/${{ steps.T.best_training_job }}/output/model.tar.gz`; others, the best
    first, are named `${{ steps.T.properties.TrainingJobSummaries[1].TrainingJobName }}`.
    """

    image: Annotated[Image | None, Needed(("algorithm", "definitions", "request"))] = None
    algorithm: Algorithm | None = None
    role: Annotated[Role | None, Needed(("definitions", "request"))] = None
    instance: Annotated[Machines | None, Needed(("resources", "definitions", "request"))] = None
    resources: Resources | None = None
    code: Annotated[CodeSpec | None, Doc("Code that the training jobs run.")] = None
    distribution: Distribution | None = None
    inputs: Channels
    hyperparameters: Annotated[
        Hyperparameters, Doc("Values that are the same in all jobs, by name.")
    ]
    ranges: Ranges
    objective: Annotated[Objective | None, Needed(("definitions", "request"))] = None
    strategy: Annotated[
        Text | None,
        Choice(("Bayesian", "Random", "Hyperband", "Grid")),
        Doc("How values are chosen; `Bayesian` when left out."),
    ] = None
    hyperband: Annotated[HyperbandSpec | None, Doc("Bounds of the strategy `Hyperband`.")] = None
    limits: Annotated[LimitsSpec | None, Needed(), Doc("How much the tuning may use.")] = None
    early_stopping: Annotated[
        Flag | None, Static(), Doc("Whether jobs that promise nothing are stopped.")
    ] = None
    completion: Annotated[CompletionSpec | None, Doc("When the tuning has found enough.")] = None
    warm_start: Annotated[WarmStartSpec | None, Doc("Tunings to learn from.")] = None
    autotune: Annotated[
        Flag | None, Static(), Doc("`true` lets SageMaker choose ranges and settings.")
    ] = None
    random_seed: Annotated[
        Count | None, Between(minimum=0), Doc("Seed, so that the same values are tried again.")
    ] = None
    input_mode: InputMode | None = None
    metrics: Metrics
    output: ModelOutput | None = None
    output_compression: OutputCompression | None = None
    max_run: Annotated[MaxRun | None, Doc("Longest time that one job may run.")] = None
    max_pending: MaxPending | None = None
    max_retries: MaxRetries | None = None
    spot: Spot | None = None
    checkpoints: Checkpoints | None = None
    environment: Environment
    vpc: Vpc | None = None
    kms: Kms | None = None
    network_isolation: NetworkIsolation | None = None
    encrypt_traffic: EncryptTraffic | None = None
    definitions: Annotated[
        Table[DefinitionSpec],
        Keys(r"^[A-Za-z0-9](-*[A-Za-z0-9]){0,63}$", "at most 64 letters, digits and `-`"),
        Length(maximum=10),
        Doc("Several kinds of training jobs, by name; each as the step but for its own fields."),
    ]
    tags: Tags
    cache: Cache | None = None
    retry: Retry = ()
    request: Overlay | None = None


CONFIG: tuple[Entry, ...] = (
    Member("strategy", "Strategy", default="Bayesian"),
    Group(
        "hyperband",
        "StrategyConfig.HyperbandStrategyConfig",
        (Member("min_resource", "MinResource"), Member("max_resource", "MaxResource")),
    ),
    objective_at("HyperParameterTuningJobObjective"),
    Group(
        "limits",
        "ResourceLimits",
        (
            Member("max_jobs", "MaxNumberOfTrainingJobs"),
            Member("max_parallel_jobs", "MaxParallelTrainingJobs", default=1),
            Member("max_run", "MaxRuntimeInSeconds", DURATION_SECONDS),
        ),
    ),
    Member("ranges", "ParameterRanges", RANGES),
    Member("early_stopping", "TrainingJobEarlyStoppingType", switch("Auto", "Off")),
    Group(
        "completion",
        "TuningJobCompletionCriteria",
        (
            Member("target", "TargetObjectiveMetricValue"),
            Member(
                "max_jobs_not_improving",
                "BestObjectiveNotImproving.MaxNumberOfTrainingJobsNotImproving",
            ),
            Member(
                "on_convergence",
                "ConvergenceDetected.CompleteOnConvergence",
                switch("Enabled", "Disabled"),
            ),
        ),
    ),
    Member("random_seed", "RandomSeed"),
)
MEMBERS: tuple[Entry, ...] = (
    *below("HyperParameterTuningJobConfig", CONFIG),
    *below("TrainingJobDefinition", JOB_DEFINITION, unless=("definitions",)),
    Items("definitions", "TrainingJobDefinitions", "DefinitionName", DEFINITION),
    Group(
        "warm_start",
        "WarmStartConfig",
        (
            Member(
                "parents", "ParentHyperParameterTuningJobs", each("HyperParameterTuningJobName")
            ),
            Member("type", "WarmStartType"),
        ),
        required=("parents", "type"),
    ),
    Member("autotune", "Autotune.Mode", switch("Enabled", "Disabled")),
    TAGS_MEMBER,
)


def lower(spec: TuningSpec, context: StepContext) -> Request:
    """Return the arguments of CreateHyperParameterTuningJob."""
    request = lower_members(MEMBERS, spec, context.naming)
    if not spec.definitions:
        job: Request = request.setdefault("TrainingJobDefinition", {})  # type: ignore[assignment]
        complete(job, spec, context, HYPERPARAMETERS_PATH)
        return request
    # What stands in the step belongs to each of the definitions.
    request.pop("TrainingJobDefinition", None)
    config: Request = request["HyperParameterTuningJobConfig"]  # type: ignore[assignment]
    for shared in ("HyperParameterTuningJobObjective", "ParameterRanges"):
        config.pop(shared, None)
    request["TrainingJobDefinitions"] = [
        _definition(name, own, spec, context) for name, own in spec.definitions
    ]
    return request


def _definition(
    name: str, own: DefinitionSpec, spec: TuningSpec, context: StepContext
) -> RequestValue:
    job = _with_shared(own, spec)
    request: Request = {"DefinitionName": name}
    request |= lower_members(DEFINITION, job, context.naming)
    complete(request, job, context, HYPERPARAMETERS_PATH)
    written = located(request, own.span)
    if own.request is None or not isinstance(written, MappingNode):
        return written
    return merge(written, own.request)


def _with_shared(own: DefinitionSpec, spec: TuningSpec) -> DefinitionSpec:
    missing = [name for name in INHERITED if not is_given(getattr(own, name))]
    return with_fields(own, **{name: getattr(spec, name) for name in missing})


def jobs(spec: TuningSpec) -> tuple[TuningSpec | DefinitionSpec, ...]:
    """Return the kinds of training jobs that the tuning starts."""
    return tuple(_with_shared(own, spec) for _, own in spec.definitions) or (spec,)


def inputs(spec: TuningSpec) -> dict[str, Span]:
    """Return the names of the channels and where they stand."""
    return spec.inputs.key_spans


def needs_storage(spec: TuningSpec) -> Span | None:
    """Return what the compiler has to find a place in S3 for: code, models or checkpoints."""
    if has_code(spec.code) and spec.code is not None:
        return spec.code.span
    for job in jobs(spec):
        if job.checkpoints is not None and job.checkpoints.uri.value == "auto":
            return job.checkpoints.span
        if job.output is None:
            return job.span
    return None


def check(spec: TuningSpec) -> Iterator[Diagnostic]:
    """Find what does not go together in a tuning step."""
    yield from check_job(spec, spec.code, spec.inputs.key_spans)
    for _, own in spec.definitions:
        yield from check_job(own, spec.code, own.inputs.key_spans)


TUNING = StepType(
    name="tuning",
    sagemaker_type="Tuning",
    spec=TuningSpec,
    members=MEMBERS,
    lower=lower,
    request_shape="CreateHyperParameterTuningJobRequest",
    describe_shape="pipeline:TuningProperties",
    chosen=frozenset({"HyperParameterTuningJobName"}),
    outputs={
        "best_training_job": Output(STRING, "BestTrainingJob.TrainingJobName"),
        "best_objective": Output(
            FLOAT, "BestTrainingJob.FinalHyperParameterTuningJobObjectiveMetric.Value"
        ),
        "output": Output(STRING, "TrainingJobDefinition.OutputDataConfig.S3OutputPath"),
        "job_name": Output(STRING, "HyperParameterTuningJobName"),
        "job_arn": Output(STRING, "HyperParameterTuningJobArn"),
    },
    inputs=inputs,
    check=check,
    needs_storage=needs_storage,
    jobs=jobs,
    packs_code_as="archive",
    template_type="training",
)
