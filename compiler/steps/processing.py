"""The processing step: one SageMaker processing job."""

import shlex
from collections.abc import Iterator
from typing import Annotated

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic
from compiler.diagnostics.span import Span
from compiler.expressions.types import STRING
from compiler.spec.declared import declared
from compiler.spec.fields import NAME, AnyScalar, Doc, Flag, Length, Needed, Table, Text
from compiler.spec.job import (
    Cache,
    CodeSpec,
    Environment,
    Image,
    InstanceSpec,
    Kms,
    MaxRun,
    NetworkIsolation,
    Retry,
    Role,
    Tags,
    VpcSpec,
)
from compiler.spec.step import Overlay, StepSpec
from compiler.steps.codecs import IMAGE, LIST, TEXTS
from compiler.steps.members import Group, Member, lower_members
from compiler.steps.processing_data import (
    INPUTS,
    OUTPUTS,
    ProcessingInputSpec,
    ProcessingOutputSpec,
    PropertyFileSpec,
)
from compiler.steps.request import Request, RequestValue, has_code, put
from compiler.steps.shared import ENVIRONMENT, MAX_RUN, PREFERENCES, ROLE, TAGS_MEMBER, kms_key, vpc
from compiler.steps.step_type import CodeLocation, Output, PropertyFile, StepContext, StepType

CODE_FOLDER = "/opt/ml/processing/input/code"


@declared
class ProcessingSpec(StepSpec):
    """Run one SageMaker processing job."""

    image: Annotated[Image | None, Needed()] = None
    role: Annotated[Role | None, Needed()] = None
    instance: Annotated[InstanceSpec | None, Needed(), Doc("Machines that the job runs on.")] = None
    code: Annotated[CodeSpec | None, Doc("Code that the job runs.")] = None
    entrypoint: Annotated[
        tuple[Text, ...], Length(1, 100), Doc("Command of the container, instead of `code`.")
    ] = ()
    arguments: Annotated[
        tuple[AnyScalar, ...], Length(1, 100), Doc("Arguments for the command.")
    ] = ()
    inputs: Annotated[
        Table[ProcessingInputSpec], NAME, Length(maximum=10), Doc("Data for the job, by name.")
    ]
    outputs: Annotated[
        Table[ProcessingOutputSpec], NAME, Length(maximum=10), Doc("Results of the job, by name.")
    ]
    files: Annotated[
        Table[PropertyFileSpec], NAME, Doc("Property files of outputs that stand in `request`.")
    ]
    environment: Environment
    max_run: MaxRun | None = None
    vpc: Annotated[VpcSpec | None, Doc("Private network that the job runs in.")] = None
    kms: Kms | None = None
    network_isolation: NetworkIsolation | None = None
    encrypt_traffic: Annotated[
        Flag | None, Doc("Whether what the containers send each other is encrypted.")
    ] = None
    tags: Tags
    cache: Cache | None = None
    retry: Retry = ()
    request: Overlay | None = None


INSTANCE = Group(
    "instance",
    "ProcessingResources.ClusterConfig",
    (
        Member("count", "InstanceCount", default=1, unless=("preferences",)),
        Member("type", "InstanceType"),
        PREFERENCES,
        Member("volume", "VolumeSizeInGB", default=30),
        Member("kms", "VolumeKmsKeyId"),
    ),
    any_of=("type", "preferences"),
    shorthand="type",
)
KMS = kms_key("ProcessingOutputConfig.KmsKeyId", "ProcessingResources.ClusterConfig.VolumeKmsKeyId")
MEMBERS = (
    INPUTS,
    OUTPUTS,
    KMS,
    INSTANCE,
    MAX_RUN,
    Member("image", "AppSpecification.ImageUri", IMAGE),
    Member("entrypoint", "AppSpecification.ContainerEntrypoint", LIST),
    Member("arguments", "AppSpecification.ContainerArguments", TEXTS),
    ENVIRONMENT,
    Member("network_isolation", "NetworkConfig.EnableNetworkIsolation"),
    Member("encrypt_traffic", "NetworkConfig.EnableInterContainerTrafficEncryption"),
    vpc("NetworkConfig.VpcConfig"),
    ROLE,
    TAGS_MEMBER,
)


def lower(spec: ProcessingSpec, context: StepContext) -> Request:
    """Return the arguments of CreateProcessingJob."""
    request = lower_members(MEMBERS, spec, context.naming)
    if not spec.outputs:
        request.pop("ProcessingOutputConfig", None)  # nothing but the key for the outputs
    if context.code is not None:
        put(request, "AppSpecification.ContainerEntrypoint", _entrypoint(context.code))
        inputs: list[RequestValue] = list(request.get("ProcessingInputs") or [])  # type: ignore[arg-type]
        request["ProcessingInputs"] = [*inputs, _code_input(context.code)]
    return request


def _entrypoint(code: CodeLocation) -> RequestValue:
    script = f"{CODE_FOLDER}/{code.entry}"
    program = "bash" if code.entry.endswith(".sh") else "python3"
    if not code.has_requirements:
        return [program, script]
    quoted = shlex.quote(script)
    install = f"python3 -m pip install -q -r {CODE_FOLDER}/requirements.txt"
    return ["/bin/sh", "-c", f'{install} && exec {program} {quoted} "$@"', "sh"]


def _code_input(code: CodeLocation) -> RequestValue:
    return {
        "InputName": "code",
        "S3Input": {"S3Uri": code.uri, "LocalPath": CODE_FOLDER, "S3DataType": "S3Prefix"},
    }


def named_outputs(spec: ProcessingSpec) -> dict[str, Output]:
    """Return what `steps.S.outputs.<name>` stands for."""
    return {
        name: Output(STRING, f"ProcessingOutputConfig.Outputs['{name}'].S3Output.S3Uri")
        for name, output in spec.outputs
        if output.feature_group is None
    }


def files(spec: ProcessingSpec) -> dict[str, PropertyFile]:
    """Return the property files by name."""
    found = {
        name: PropertyFile(output, str(path.value), path.span)
        for output, entry in spec.outputs
        for name, path in entry.files
    }
    for name, file in spec.files:
        found[name] = PropertyFile(str(file.output.value), str(file.path.value), file.output.span)
    return found


def inputs(spec: ProcessingSpec) -> dict[str, Span]:
    """Return the names of the inputs and where they stand."""
    own = {"code"} if has_code(spec.code) else frozenset[str]()  # which `check` speaks of
    return {name: span for name, span in spec.inputs.key_spans.items() if name not in own}


def needs_storage(spec: ProcessingSpec) -> Span | None:
    """Return what the compiler has to find a place in S3 for: code, or an output without one."""
    if has_code(spec.code) and spec.code is not None:
        return spec.code.span
    homeless = (
        spec.outputs.key_spans[name]
        for name, entry in spec.outputs
        if entry.uri is None and entry.feature_group is None and entry.request is None
    )
    return next(homeless, None)


def check(spec: ProcessingSpec) -> Iterator[Diagnostic]:
    """Find what does not go together in a processing step."""
    if has_code(spec.code) and spec.entrypoint:
        yield Diagnostic(
            code=codes.CONFLICTING_FIELDS,
            message="`entrypoint` and `code` both say what the job runs",
            span=spec.entrypoint[0].span,
            hint="take one of them out",
        )
    if has_code(spec.code) and "code" in spec.inputs:
        yield Diagnostic(
            code=codes.DUPLICATE_CHANNEL,
            message="the input `code` is taken by the step's own code",
            span=spec.inputs.key_spans["code"],
            hint="give the input another name",
        )
    seen: dict[str, str] = {}
    declared = {output: entry.files.key_spans for output, entry in spec.outputs}
    for output, spans in (*declared.items(), ("files", spec.files.key_spans)):
        for name, span in spans.items():
            if name in seen:
                yield Diagnostic(
                    code=codes.DUPLICATE_CHANNEL,
                    message=f"the property file `{name}` is declared in `{seen[name]}` too",
                    span=span,
                )
            seen[name] = output


PROCESSING = StepType(
    name="processing",
    sagemaker_type="Processing",
    spec=ProcessingSpec,
    members=MEMBERS,
    lower=lower,
    request_shape="CreateProcessingJobRequest",
    describe_shape="DescribeProcessingJobResponse",
    chosen=frozenset({"ProcessingJobName"}),
    outputs={
        "job_name": Output(STRING, "ProcessingJobName"),
        "job_arn": Output(STRING, "ProcessingJobArn"),
    },
    named_outputs=named_outputs,
    files=files,
    inputs=inputs,
    check=check,
    needs_storage=needs_storage,
    packs_code_as="folder",
    launches="ProcessingJobName",
)
