"""The automl step: SageMaker looks for the best model of a table by itself."""

from typing import Annotated, ClassVar

from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode
from compiler.expressions.types import FLOAT, STRING
from compiler.spec.declared import declared
from compiler.spec.fields import (
    Between,
    Choice,
    Count,
    Doc,
    Duration,
    Flag,
    Length,
    Needed,
    Number,
    OneOrMany,
    S3Uri,
    Text,
)
from compiler.spec.job import Cache, Kms, MaxRun, Retry, Role, Tags, VpcSpec
from compiler.spec.step import Overlay, StepSpec
from compiler.steps.codecs import DURATION_SECONDS, LIST
from compiler.steps.members import Entry, Member, Rows, Same, Single
from compiler.steps.shared import ROLE, TAGS_MEMBER, chosen_output, vpc
from compiler.steps.step_type import Output, StepType

SECURITY = "AutoMLJobConfig.SecurityConfig"


@declared
class AutoMLInputSpec:
    """A table in S3, with the column that is to be predicted."""

    SHORTHAND: ClassVar[str] = "uri"

    span: Span
    uri: Annotated[S3Uri | None, Needed(), Doc("S3 URI of the data.")] = None
    target: Annotated[Text | None, Needed(), Doc("Column to predict.")] = None
    channel: Annotated[
        Text | None,
        Choice(("training", "validation")),
        Doc("What the data is for; `training` when left out."),
    ] = None
    data_type: Annotated[
        Text | None,
        Choice(("S3Prefix", "ManifestFile", "AugmentedManifestFile")),
        Doc("Whether `uri` is a prefix or a manifest of files."),
    ] = None
    content_type: Annotated[Text | None, Doc("MIME type of the data.")] = None
    compression: Annotated[
        Text | None, Choice(("None", "Gzip")), Doc("How the data is compressed.")
    ] = None
    sample_weight: Annotated[Text | None, Doc("Column with the weight of each row.")] = None
    request: Annotated[
        MappingNode | None, Doc("Members of AutoMLChannel, laid over the fields.")
    ] = None


@declared
class AutoMLSpec(StepSpec):
    """Let SageMaker find the best model of a table."""

    role: Annotated[Role | None, Needed()] = None
    inputs: Annotated[
        tuple[AutoMLInputSpec, ...],
        OneOrMany(),
        Length(1, 2),
        Needed(),
        Doc("The data: one table, or one to train with and one to validate."),
    ] = ()
    problem_type: Annotated[
        Text | None,
        Choice(("BinaryClassification", "MulticlassClassification", "Regression")),
        Doc("What is predicted; needs an `objective`."),
    ] = None
    objective: Annotated[Text | None, Doc("Metric to be best in, such as `F1`.")] = None
    mode: Annotated[
        Text | None,
        Choice(("ENSEMBLING",)),
        Doc("How models are made; a pipeline takes `ENSEMBLING` only, which is written."),
    ] = None
    algorithms: Annotated[
        tuple[Text, ...], Length(1, 11), Doc("Algorithms to try, such as `xgboost`; else all.")
    ] = ()
    validation_fraction: Annotated[
        Number | None, Between(0, 1), Doc("Part of the training data to validate with.")
    ] = None
    feature_specification: Annotated[
        S3Uri | None, Doc("S3 URI of a JSON file that names the columns to use and their types.")
    ] = None
    max_candidates: Annotated[Count | None, Between(1, 750), Doc("Most models to try.")] = None
    max_job_run: Annotated[
        Duration | None, Doc("Longest time that one of the training jobs may run.")
    ] = None
    max_run: MaxRun | None = None
    output: Annotated[
        S3Uri | None, Doc("S3 prefix for models and reports; below `storage` when left out.")
    ] = None
    vpc: Annotated[VpcSpec | None, Doc("Private network that the jobs run in.")] = None
    kms: Kms | None = None
    encrypt_traffic: Annotated[
        Flag | None, Doc("Whether what the containers send each other is encrypted.")
    ] = None
    tags: Tags
    cache: Cache | None = None
    retry: Retry = ()
    request: Overlay | None = None


MEMBERS: tuple[Entry, ...] = (
    Rows(
        "inputs",
        "InputDataConfig",
        (
            Member("data_type", "DataSource.S3DataSource.S3DataType", default="S3Prefix"),
            Member("uri", "DataSource.S3DataSource.S3Uri"),
            Member("compression", "CompressionType"),
            Member("target", "TargetAttributeName"),
            Member("content_type", "ContentType"),
            Member("channel", "ChannelType"),
            Member("sample_weight", "SampleWeightAttributeName"),
        ),
        shorthand="uri",
    ),
    Member("output", "OutputDataConfig.S3OutputPath", default=chosen_output),
    Same("kms", ("OutputDataConfig.KmsKeyId", f"{SECURITY}.VolumeKmsKeyId")),
    Member("problem_type", "ProblemType"),
    Member("objective", "AutoMLJobObjective.MetricName"),
    Member("max_candidates", "AutoMLJobConfig.CompletionCriteria.MaxCandidates"),
    Member(
        "max_job_run",
        "AutoMLJobConfig.CompletionCriteria.MaxRuntimePerTrainingJobInSeconds",
        DURATION_SECONDS,
    ),
    Member(
        "max_run",
        "AutoMLJobConfig.CompletionCriteria.MaxAutoMLJobRuntimeInSeconds",
        DURATION_SECONDS,
    ),
    Member("encrypt_traffic", f"{SECURITY}.EnableInterContainerTrafficEncryption"),
    vpc(f"{SECURITY}.VpcConfig"),
    Member(
        "feature_specification",
        "AutoMLJobConfig.CandidateGenerationConfig.FeatureSpecificationS3Uri",
    ),
    Single(
        "algorithms",
        "AutoMLJobConfig.CandidateGenerationConfig.AlgorithmsConfig",
        (Member("algorithms", "AutoMLAlgorithms", LIST),),
    ),
    Member("validation_fraction", "AutoMLJobConfig.DataSplitConfig.ValidationFraction"),
    Member("mode", "AutoMLJobConfig.Mode", default="ENSEMBLING"),
    ROLE,
    TAGS_MEMBER,
)


def needs_storage(spec: AutoMLSpec) -> Span | None:
    """Return the step if the compiler has to find a place for its results."""
    return spec.span if spec.output is None else None


AUTOML = StepType(
    name="automl",
    sagemaker_type="AutoML",
    spec=AutoMLSpec,
    members=MEMBERS,
    request_shape="CreateAutoMLJobRequest",
    describe_shape="pipeline:AutoMLProperties",
    chosen=frozenset({"AutoMLJobName"}),
    refused=frozenset({"ModelDeployConfig", "GenerateCandidateDefinitionsOnly"}),
    outputs={
        "model": Output(STRING, "BestCandidate.InferenceContainers[0].ModelDataUrl"),
        "image": Output(STRING, "BestCandidate.InferenceContainers[0].Image"),
        "best_candidate": Output(STRING, "BestCandidate.CandidateName"),
        "best_objective": Output(FLOAT, "BestCandidate.FinalAutoMLJobObjectiveMetric.Value"),
        "insights": Output(STRING, "BestCandidateProperties.ModelInsightsJsonReportPath"),
        "explainability": Output(STRING, "BestCandidateProperties.ExplainabilityJsonReportPath"),
        "job_name": Output(STRING, "AutoMLJobName"),
        "job_arn": Output(STRING, "AutoMLJobArn"),
    },
    needs_storage=needs_storage,
)
