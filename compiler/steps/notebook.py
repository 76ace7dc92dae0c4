"""The notebook step: a notebook that runs from top to bottom as a training job."""

import re
from pathlib import PurePosixPath
from typing import Annotated

from compiler.diagnostics.span import Span
from compiler.document.node import text_of
from compiler.expressions.types import STRING
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
    StaticText,
    Table,
    Text,
)
from compiler.spec.job import (
    Environment,
    Image,
    InstanceSpec,
    Kms,
    MaxRun,
    Retry,
    Role,
    Tags,
    VpcSpec,
)
from compiler.spec.step import Overlay, StepSpec
from compiler.steps.codecs import DURATION_SECONDS, HYPERPARAMETERS, IMAGE
from compiler.steps.members import Entry, Group, Implied, Member, lower_members
from compiler.steps.request import Request, RequestValue, put
from compiler.steps.shared import ENVIRONMENT, ROLE, TAGS_MEMBER, chosen_output, kms_key, vpc
from compiler.steps.step_type import Output, Packed, StepContext, StepType

CHANNEL = "sagemaker_headless_execution_pipelinestep"
TWO_DAYS = 172_800
ENTRYPOINT = "AlgorithmSpecification.ContainerEntrypoint"
SCHEDULER = "amazon_sagemaker_scheduler"


@declared
class NotebookSpec(StepSpec):
    """Run a notebook from top to bottom."""

    notebook: Annotated[
        StaticText | None, Needed(), Doc("The notebook, from the root of the project.")
    ] = None
    kernel: Annotated[
        Text | None, Needed(), Doc("Kernel of the image that runs it, such as `python3`.")
    ] = None
    parameters: Annotated[
        Table[AnyScalar], Length(maximum=100), Doc("Values for the cell tagged `parameters`.")
    ]
    init_script: Annotated[
        StaticText | None, Doc("Shell script to run before, from the root of the project.")
    ] = None
    dependencies: Annotated[
        tuple[StaticText, ...],
        Length(minimum=1),
        Doc("Files and folders that the notebook needs beside it, from the root of the project."),
    ] = ()
    job_name: Annotated[
        StaticText | None,
        Doc("Name of the job and of the result; that of the notebook when left out."),
    ] = None
    image: Annotated[Image | None, Needed()] = None
    role: Annotated[Role | None, Needed()] = None
    instance: Annotated[InstanceSpec | None, Needed(), Doc("Machine that the job runs on.")] = None
    output: Annotated[
        S3Uri | None, Doc("S3 prefix for the result; below `storage` when left out.")
    ] = None
    max_run: Annotated[MaxRun | None, Doc("Longest time that it may run; `2d` when left out.")] = (
        None
    )
    attempts: Annotated[
        Count | None, Between(1, 30), Doc("How often the job is tried; once when left out.")
    ] = None
    encrypt_traffic: Annotated[
        Flag | None, Doc("Whether what is sent between machines is encrypted; it is when left out.")
    ] = None
    environment: Environment
    vpc: Annotated[VpcSpec | None, Doc("Private network that the job runs in.")] = None
    kms: Kms | None = None
    tags: Tags
    retry: Retry = ()
    request: Overlay | None = None


MEMBERS: tuple[Entry, ...] = (
    Member("image", "AlgorithmSpecification.TrainingImage", IMAGE),
    Implied("AlgorithmSpecification.TrainingInputMode", lambda _: "File"),
    Implied(ENTRYPOINT, lambda _: [SCHEDULER]),
    Member("parameters", "HyperParameters", HYPERPARAMETERS),
    ROLE,
    Member("output", "OutputDataConfig.S3OutputPath", default=chosen_output),
    kms_key("OutputDataConfig.KmsKeyId", "ResourceConfig.VolumeKmsKeyId"),
    Group(
        "instance",
        "ResourceConfig",
        (
            Member("count", "InstanceCount", default=1),
            Member("type", "InstanceType"),
            Member("volume", "VolumeSizeInGB", default=30),
            Member("kms", "VolumeKmsKeyId"),
        ),
        required=("type",),
        shorthand="type",
    ),
    vpc(),
    Member("max_run", "StoppingCondition.MaxRuntimeInSeconds", DURATION_SECONDS, default=TWO_DAYS),
    Member("attempts", "RetryStrategy.MaximumRetryAttempts", default=1),
    Member("encrypt_traffic", "EnableInterContainerTrafficEncryption", default=True),
    Implied("Environment.SM_JOB_DEF_VERSION", lambda _: "1.0"),
    Implied("Environment.SM_ENV_NAME", lambda _: "sagemaker-default-env"),
    Implied("Environment.SM_SKIP_EFS_SIMULATION", lambda _: "true"),
    Implied("Environment.SM_EXECUTION_INPUT_PATH", lambda _: f"/opt/ml/input/data/{CHANNEL}"),
    Member("kernel", "Environment.SM_KERNEL_NAME"),
    ENVIRONMENT,
    TAGS_MEMBER,
)


def lower(spec: NotebookSpec, context: StepContext) -> Request:
    """Return the arguments of CreateTrainingJob."""
    request = lower_members(MEMBERS, spec, context.naming)
    notebook = text_of(spec.notebook)
    if notebook is None:
        return request
    file = PurePosixPath(notebook)
    named: RequestValue = spec.job_name if spec.job_name is not None else file.stem
    job = re.sub(r"[^A-Za-z0-9-]", "-", _text(named)).lstrip("-")
    if spec.job_name is None or text_of(spec.job_name) is not None:
        request["TrainingJobName"] = job
    else:
        request["TrainingJobName"] = spec.job_name
    environment: Request = {
        "SM_INPUT_NOTEBOOK_NAME": file.name,
        "SM_OUTPUT_NOTEBOOK_NAME": f"{job}.ipynb",
    }
    if context.region is not None:
        environment["AWS_DEFAULT_REGION"] = context.region
    if spec.init_script is not None:
        environment["SM_INIT_SCRIPT"] = PurePosixPath(_text(spec.init_script)).name
    for name, value in environment.items():
        if name not in spec.environment:
            put(request, f"Environment.{name}", value)
    if context.code is not None:
        request["InputDataConfig"] = [_channel(context.code.uri)]
    own: list[RequestValue] = list(request.get("Tags") or [])  # type: ignore[arg-type]
    request["Tags"] = [*own, *_tags(_text(named), file.name)]
    return request


def _text(value: object) -> str:
    return value if isinstance(value, str) else str(getattr(value, "value", value))


def _tags(job: str, notebook: str) -> list[RequestValue]:
    """Return the tags by which Studio finds notebook jobs."""
    tags = {
        "sagemaker:name": job,
        "sagemaker:notebook-name": notebook,
        "sagemaker:notebook-job-origin": "PIPELINE_STEP",
        "sagemaker:is-studio-archived": "false",
    }
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _channel(uri: str) -> RequestValue:
    source: Request = {
        "S3DataType": "S3Prefix",
        "S3Uri": uri,
        "S3DataDistributionType": "FullyReplicated",
    }
    return {"ChannelName": CHANNEL, "DataSource": {"S3DataSource": source}}


def packs(spec: NotebookSpec) -> Packed | None:
    """Return the notebook and what it needs beside it."""
    if spec.notebook is None:
        return None
    beside = [spec.init_script] if spec.init_script is not None else []
    paths = (spec.notebook, *beside, *spec.dependencies)
    entry = PurePosixPath(_text(spec.notebook)).name
    return Packed(paths=paths, entry=entry, span=spec.notebook.span)


def needs_storage(spec: NotebookSpec) -> Span | None:
    """Return what the compiler has to find a place in S3 for: the notebook and its result."""
    if spec.notebook is not None:
        return spec.notebook.span
    return spec.span if spec.output is None and spec.request is None else None


NOTEBOOK = StepType(
    name="notebook",
    sagemaker_type="Training",
    spec=NotebookSpec,
    members=MEMBERS,
    lower=lower,
    request_shape="CreateTrainingJobRequest",
    describe_shape="DescribeTrainingJobResponse",
    outputs={
        "job_name": Output(STRING, "TrainingJobName"),
        "job_arn": Output(STRING, "TrainingJobArn"),
        "status": Output(STRING, "TrainingJobStatus"),
        "input": Output(STRING, "InputDataConfig[0].DataSource.S3DataSource.S3Uri"),
        "output": Output(STRING, "OutputDataConfig.S3OutputPath"),
        "notebook": Output(STRING, "Environment['SM_INPUT_NOTEBOOK_NAME']"),
        "result": Output(STRING, "Environment['SM_OUTPUT_NOTEBOOK_NAME']"),
    },
    needs_storage=needs_storage,
    packs=packs,
    launches="TrainingJobName",
    marks={ENTRYPOINT: [SCHEDULER]},
)
