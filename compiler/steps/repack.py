"""The repack step: puts an inference script into a model archive, by a training job."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic
from compiler.diagnostics.span import Span
from compiler.expressions.types import STRING
from compiler.spec.declared import declared
from compiler.spec.fields import Doc, Needed, S3Uri
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
from compiler.steps.codecs import DURATION_SECONDS, IMAGE
from compiler.steps.members import Entry, Member, lower_members
from compiler.steps.request import Request, RequestValue, has_code, put
from compiler.steps.shared import ENVIRONMENT, ROLE, TAGS_MEMBER, chosen_output, kms_key, vpc
from compiler.steps.step_type import Output, StepContext, StepType
from compiler.steps.training_job import INSTANCE, Machines, Vpc

SCRIPT = Path(__file__).with_name("repack_script.py")
SCRIPT_NAME = "repack.py"
DEFAULT_MAX_RUN = 3600
DEFAULT_INSTANCE: Request = {
    "InstanceCount": 1,
    "InstanceType": "ml.m5.large",
    "VolumeSizeInGB": 30,
}


@declared
class RepackSpec(StepSpec):
    """Put an inference script into a model archive, so that the model can be served with it.

    Images of AWS find the script by two variables in the `environment` of the model or version:
    `SAGEMAKER_PROGRAM` is its name, `SAGEMAKER_SUBMIT_DIRECTORY` is `/opt/ml/model/code`.
    """

    model: Annotated[
        S3Uri | None, Needed(), Doc("S3 URI of the model archive, such as that of a training step.")
    ] = None
    code: Annotated[
        CodeSpec | None,
        Needed(()),
        Doc("Folder that becomes `code` in the archive; `entry` is the inference script."),
    ] = None
    image: Annotated[Image | None, Needed(), Doc("Any image with Python 3 in it.")] = None
    role: Annotated[Role | None, Needed()] = None
    instance: Annotated[
        Machines | None, Doc("Machine that the job runs on; one `ml.m5.large` when left out.")
    ] = None
    output: Annotated[
        S3Uri | None, Doc("S3 prefix for the new archive; below `storage` when left out.")
    ] = None
    max_run: Annotated[
        MaxRun | None, Doc("Longest time that the job may run; `1h` when left out.")
    ] = None
    environment: Environment
    vpc: Vpc | None = None
    kms: Kms | None = None
    network_isolation: NetworkIsolation | None = None
    tags: Tags
    cache: Cache | None = None
    retry: Retry = ()
    request: Overlay | None = None


def _channel(name: str, uri: RequestValue) -> RequestValue:
    source: Request = {"S3DataType": "S3Prefix", "S3Uri": uri}
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}}


MEMBERS: tuple[Entry, ...] = (
    Member("image", "AlgorithmSpecification.TrainingImage", IMAGE),
    ROLE,
    Member("output", "OutputDataConfig.S3OutputPath", default=chosen_output),
    kms_key("OutputDataConfig.KmsKeyId", "ResourceConfig.VolumeKmsKeyId"),
    INSTANCE,
    vpc(),
    Member(
        "max_run",
        "StoppingCondition.MaxRuntimeInSeconds",
        DURATION_SECONDS,
        default=DEFAULT_MAX_RUN,
    ),
    TAGS_MEMBER,
    Member("network_isolation", "EnableNetworkIsolation"),
    ENVIRONMENT,
)


def lower(spec: RepackSpec, context: StepContext) -> Request:
    """Return the arguments of CreateTrainingJob."""
    request = lower_members(MEMBERS, spec, context.naming)
    put(request, "AlgorithmSpecification.TrainingInputMode", "File")
    if spec.instance is None:
        put(request, "ResourceConfig", dict(DEFAULT_INSTANCE))
    channels: list[RequestValue] = []
    if spec.model is not None:
        channels.append(_channel("model", spec.model))
    if context.code is not None:
        # The service brings script and model, so that neither toolkit nor network is needed.
        channels.append(_channel("code", context.code.uri))
        entrypoint: list[RequestValue] = ["python3", f"/opt/ml/input/data/code/{SCRIPT_NAME}"]
        put(request, "AlgorithmSpecification.ContainerEntrypoint", entrypoint)
    if channels:
        request["InputDataConfig"] = channels
    return request


def wrap_code(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files that the job gets: those for the archive, and the script that packs it."""
    inner = {f"code/{name}": content for name, content in files.items()}
    return {SCRIPT_NAME: SCRIPT.read_bytes(), **inner}


def needs_storage(spec: RepackSpec) -> Span | None:
    """Return what the compiler has to find a place in S3 for: the code or the archive."""
    if has_code(spec.code) and spec.code is not None:
        return spec.code.span
    return spec.span if spec.output is None else None


def check(spec: RepackSpec) -> Iterator[Diagnostic]:
    """Find several kinds of machines, of which there is only one here."""
    if spec.instance is not None and spec.instance.groups:
        yield Diagnostic(
            code=codes.CONFLICTING_FIELDS,
            message="a repack step runs on one machine, so `instance` has no `groups`",
            span=next(iter(spec.instance.groups.key_spans.values())),
        )


REPACK = StepType(
    name="repack",
    sagemaker_type="Training",
    spec=RepackSpec,
    members=MEMBERS,
    lower=lower,
    request_shape="CreateTrainingJobRequest",
    describe_shape="DescribeTrainingJobResponse",
    chosen=frozenset({"TrainingJobName"}),
    outputs={
        "model": Output(STRING, "ModelArtifacts.S3ModelArtifacts"),
        "job_name": Output(STRING, "TrainingJobName"),
        "job_arn": Output(STRING, "TrainingJobArn"),
    },
    check=check,
    needs_storage=needs_storage,
    packs_code_as="folder",
    wraps_code=wrap_code,
    launches="TrainingJobName",
)
