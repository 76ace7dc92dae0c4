"""The clarify_check step: bias and explanations, held against a baseline."""

from collections.abc import Iterator
from typing import Annotated

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic
from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode, mapping_of, text_of
from compiler.expressions.types import STRING
from compiler.spec.declared import declared
from compiler.spec.fields import Choice, Doc, Flag, Needed, S3Uri, StaticText, Text
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
from compiler.steps.members import FixedList, Member, lower_members
from compiler.steps.request import Request, RequestValue
from compiler.steps.step_type import Output, Packed, StepContext, StepType

CHECKS = {
    "data_bias": "DATA_BIAS",
    "model_bias": "MODEL_BIAS",
    "explainability": "MODEL_EXPLAINABILITY",
}
CONFIG, DATA, OUTPUT = "analysis_config", "dataset", "analysis_result"
FILE = "analysis_config.json"
IMAGES = "application/x-image"


@declared
class ClarifyCheckSpec(StepSpec):
    """Check the bias of data or of a model, or which features a model goes by."""

    check: Annotated[StaticText, Choice(tuple(CHECKS)), Doc("What is checked.")]
    dataset: Annotated[CheckInputSpec | None, Needed(), Doc("The data.")] = None
    config: Annotated[
        MappingNode | None,
        Needed(("config_file", "request")),
        Doc(
            "The analysis, as SageMaker Clarify's configuration has it: `dataset_type`, `headers`,"
            " `label`, `facet`, `methods`, `predictor` and so on. It is uploaded with the code."
        ),
    ] = None
    config_file: Annotated[
        CheckInputSpec | None, Doc("S3 URI of a configuration, instead of `config`.")
    ] = None
    model_name: Annotated[
        Text | None, Doc("The model that is asked; for `model_bias` and `explainability`.")
    ] = None
    group: ModelGroup | None = None
    skip: Skip | None = None
    fail_on_violation: Fails | None = None
    register_baseline: Registers | None = None
    baseline_constraints: Annotated[
        S3Uri | None, Doc("Constraints to compare with, instead of those of the group.")
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


INPUTS = FixedList(
    "ProcessingInputs",
    "InputName",
    (check_input("config_file", CONFIG, "config"), check_input("dataset", DATA, "data")),
)
MEMBERS = (INPUTS, check_output(OUTPUT), *JOB_MEMBERS)


def lower(spec: ClarifyCheckSpec, context: StepContext) -> Request:
    """Return the arguments of CreateProcessingJob."""
    request = lower_members(MEMBERS, spec, context.naming)
    if context.code is not None:
        inputs: list[RequestValue] = list(request.get(INPUTS.path) or [])  # type: ignore[arg-type]
        place: Request = {
            "S3Uri": context.code.uri + context.code.entry,
            "LocalPath": "/opt/ml/processing/input/config",
            "S3DataType": "S3Prefix",
            "S3InputMode": "File",
        }
        request[INPUTS.path] = [{"InputName": CONFIG, "S3Input": place}, *inputs]
    is_of_images = spec.config is not None and text_of(spec.config.get("dataset_type")) == IMAGES
    upload = "Continuous" if is_of_images else "EndOfJob"
    return with_output(request, OUTPUT, spec, context.naming, upload)


def packs(spec: ClarifyCheckSpec) -> Packed | None:
    """Return the configuration, which travels as a file."""
    if spec.config is None or spec.config_file is not None:
        return None
    return Packed(documents={FILE: spec.config}, entry=FILE, span=spec.config.span)


def needs_storage(spec: ClarifyCheckSpec) -> Span | None:
    """Return what the compiler has to find a place in S3 for: the configuration, the results."""
    if spec.config is not None and spec.config_file is None:
        return spec.config.span
    return spec.span if spec.output is None and spec.request is None else None


def check(spec: ClarifyCheckSpec) -> Iterator[Diagnostic]:
    """Find what does not go together in a check."""
    if spec.config is not None and spec.config_file is not None:
        yield Diagnostic(
            code=codes.CONFLICTING_FIELDS,
            message="`config` and `config_file` both say what the analysis is",
            span=spec.config_file.span,
            hint="take one of them out",
        )
    predictor = mapping_of(spec.config.get("predictor")) if spec.config is not None else None
    if predictor is not None and "model_name" in predictor.members:
        yield Diagnostic(
            code=codes.CONFLICTING_FIELDS,
            message="the step says which model is asked, and not the configuration",
            span=predictor.key_span("model_name"),
            hint="write `model_name` beside `config`",
        )
    is_of_data = spec.check.value == "data_bias"
    if is_of_data and spec.model_name is not None:
        yield Diagnostic(
            code=codes.CONFLICTING_FIELDS,
            message="`model_name` goes only with `model_bias` and `explainability`",
            span=spec.model_name.span,
        )
    if not is_of_data and spec.model_name is None:
        yield Diagnostic(
            code=codes.MISSING_FIELD,
            message=f"a check of {spec.check.value} needs the `model_name`",
            span=spec.span,
        )


CLARIFY_CHECK = StepType(
    name="clarify_check",
    sagemaker_type="ClarifyCheck",
    spec=ClarifyCheckSpec,
    members=MEMBERS,
    beside=beside(CHECKS, Member("model_name", "ModelName")),
    lower=lower,
    request_shape="CreateProcessingJobRequest",
    describe_shape="pipeline:ClarifyCheckProperties",
    chosen=frozenset({"ProcessingJobName"}),
    outputs={
        "constraints": Output(STRING, "CalculatedBaselineConstraints"),
        "drift_constraints": Output(STRING, "BaselineUsedForDriftCheckConstraints"),
    },
    check=check,
    needs_storage=needs_storage,
    packs=packs,
)
