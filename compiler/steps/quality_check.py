"""The quality_check step: statistics of data, or of a model's answers, held against a baseline."""

from collections.abc import Iterator
from typing import Annotated

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic
from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode
from compiler.expressions.types import STRING
from compiler.spec.declared import declared
from compiler.spec.fields import AnyScalar, Choice, Doc, Flag, Needed, S3Uri, StaticText, Text
from compiler.spec.job import (
    Cache,
    Environment,
    Image,
    InstanceSpec,
    Kms,
    MaxRun,
    Role,
    Tags,
    VpcSpec,
)
from compiler.spec.step import Overlay, StepSpec
from compiler.steps.check_job import (
    BASELINE_STATISTICS,
    JOB_MEMBERS,
    CheckInputSpec,
    CheckOutputSpec,
    Fails,
    ModelGroup,
    Registers,
    Skip,
    beside,
    check_input,
    check_output,
    with_output,
)
from compiler.steps.codecs import TEXT
from compiler.steps.documents import DOCUMENT
from compiler.steps.members import FixedList, Implied, Member, lower_members
from compiler.steps.request import Request
from compiler.steps.step_type import Output, StepContext, StepType

CHECKS = {"data_quality": "DATA_QUALITY", "model_quality": "MODEL_QUALITY"}
DATA, BEFORE, AFTER = (
    "baseline_dataset_input",
    "record_preprocessor_script_input",
    "post_analytics_processor_script_input",
)
OUTPUT = "quality_check_output"


@declared
class QualityCheckSpec(StepSpec):
    """Check the quality of data, or of a model's answers, against a baseline."""

    check: Annotated[StaticText, Choice(tuple(CHECKS)), Doc("What is checked.")]
    dataset: Annotated[
        CheckInputSpec | None, Needed(), Doc("The data, for model quality with the answers in it.")
    ] = None
    format: Annotated[
        MappingNode | None,
        Needed(),
        Doc("Form of the data, such as `{csv: {header: true}}` or `{json: {lines: true}}`."),
    ] = None
    problem_type: Annotated[
        Text | None,
        Choice(("Regression", "BinaryClassification", "MulticlassClassification")),
        Doc("What the model does; for model quality."),
    ] = None
    inference_attribute: Annotated[Text | None, Doc("Column with the answers.")] = None
    probability_attribute: Annotated[Text | None, Doc("Column with the probabilities.")] = None
    ground_truth_attribute: Annotated[Text | None, Doc("Column with the truth.")] = None
    probability_threshold: Annotated[
        AnyScalar | None, Doc("Least probability of a positive answer.")
    ] = None
    preprocessor: Annotated[
        CheckInputSpec | None, Doc("Script that reads each record; for data quality.")
    ] = None
    postprocessor: Annotated[CheckInputSpec | None, Doc("Script that gets the results.")] = None
    group: ModelGroup | None = None
    skip: Skip | None = None
    fail_on_violation: Fails | None = None
    register_baseline: Registers | None = None
    baseline_constraints: Annotated[
        S3Uri | None, Doc("Constraints to compare with, instead of those of the group.")
    ] = None
    baseline_statistics: Annotated[
        S3Uri | None, Doc("Statistics to compare with, instead of those of the group.")
    ] = None
    output: Annotated[
        CheckOutputSpec | None, Doc("S3 prefix for the results; below `storage` when left out.")
    ] = None
    image: Annotated[Image | None, Needed()] = None
    role: Annotated[Role | None, Needed()] = None
    instance: Annotated[InstanceSpec | None, Needed(), Doc("Machines that the job runs on.")] = None
    max_run: MaxRun | None = None
    environment: Environment
    vpc: Annotated[VpcSpec | None, Doc("Private network that the job runs in.")] = None
    kms: Kms | None = None
    encrypt_traffic: Annotated[
        Flag | None, Doc("Whether what the containers send each other is encrypted.")
    ] = None
    tags: Tags
    cache: Cache | None = None
    request: Overlay | None = None


def _script(name: str, field: str) -> Implied:
    folder = f"/opt/ml/processing/input/{name}"
    return Implied(
        f"Environment.{name.removesuffix('_input')}",
        lambda uri: f"{folder}/{uri.rsplit('/', 1)[-1]}",
        field,
    )


MEMBERS = (
    FixedList(
        "ProcessingInputs",
        "InputName",
        (
            check_input("dataset", DATA, DATA),
            check_input("preprocessor", BEFORE, BEFORE),
            check_input("postprocessor", AFTER, AFTER),
        ),
    ),
    check_output(OUTPUT),
    Implied("Environment.output_path", lambda _: "/opt/ml/processing/output"),
    Implied("Environment.publish_cloudwatch_metrics", lambda _: "Disabled"),
    Implied("Environment.dataset_source", lambda _: f"/opt/ml/processing/input/{DATA}"),
    Member("format", "Environment.dataset_format", DOCUMENT),
    _script(BEFORE, "preprocessor"),
    _script(AFTER, "postprocessor"),
    Member("problem_type", "Environment.problem_type"),
    Implied("Environment.analysis_type", lambda _: "MODEL_QUALITY", "problem_type"),
    Member("inference_attribute", "Environment.inference_attribute"),
    Member("probability_attribute", "Environment.probability_attribute"),
    Member("ground_truth_attribute", "Environment.ground_truth_attribute"),
    Member(
        "probability_threshold",
        "Environment.probability_threshold_attribute",
        TEXT,
    ),
    *JOB_MEMBERS,
)


def lower(spec: QualityCheckSpec, context: StepContext) -> Request:
    """Return the arguments of CreateProcessingJob."""
    request = lower_members(MEMBERS, spec, context.naming)
    return with_output(request, OUTPUT, spec, context.naming)


def needs_storage(spec: QualityCheckSpec) -> Span | None:
    """Return what the compiler has to find a place in S3 for: the results."""
    return spec.span if spec.output is None and spec.request is None else None


def check(spec: QualityCheckSpec) -> Iterator[Diagnostic]:
    """Find fields that go with the other check, and script names that can't be known."""
    is_model = spec.check.value == "model_quality"
    if is_model and spec.problem_type is None and spec.request is None:
        yield Diagnostic(
            code=codes.MISSING_FIELD,
            message="a check of model quality needs the `problem_type`",
            span=spec.span,
        )
    stray = (
        {"preprocessor": spec.preprocessor}
        if is_model
        else {
            "problem_type": spec.problem_type,
            "inference_attribute": spec.inference_attribute,
            "probability_attribute": spec.probability_attribute,
            "ground_truth_attribute": spec.ground_truth_attribute,
            "probability_threshold": spec.probability_threshold,
        }
    )
    for name, node in stray.items():
        if node is not None:
            other = "data_quality" if is_model else "model_quality"
            yield Diagnostic(
                code=codes.CONFLICTING_FIELDS,
                message=f"`{name}` goes only with `check: {other}`",
                span=node.span,
            )


QUALITY_CHECK = StepType(
    name="quality_check",
    sagemaker_type="QualityCheck",
    spec=QualityCheckSpec,
    members=MEMBERS,
    beside=beside(CHECKS, BASELINE_STATISTICS),
    lower=lower,
    request_shape="CreateProcessingJobRequest",
    describe_shape="pipeline:QualityCheckProperties",
    chosen=frozenset({"ProcessingJobName"}),
    outputs={
        "statistics": Output(STRING, "CalculatedBaselineStatistics"),
        "constraints": Output(STRING, "CalculatedBaselineConstraints"),
        "drift_statistics": Output(STRING, "BaselineUsedForDriftCheckStatistics"),
        "drift_constraints": Output(STRING, "BaselineUsedForDriftCheckConstraints"),
    },
    check=check,
    needs_storage=needs_storage,
)
