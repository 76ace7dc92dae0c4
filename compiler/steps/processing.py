"""The processing step: one SageMaker processing job."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic
from compiler.diagnostics.span import Span
from compiler.expressions.types import STRING
from compiler.spec.fields import (
    NAME,
    AnyScalar,
    Choice,
    Doc,
    Length,
    Pattern,
    S3Uri,
    StaticText,
    Table,
    Text,
    seconds_node,
)
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
from compiler.spec.template import TemplateSpec
from compiler.steps.request import (
    Request,
    RequestValue,
    as_written,
    cluster,
    given,
    has_code,
    joined,
    tag_list,
    text_map,
    vpc_config,
)
from compiler.steps.step_type import Output, PropertyFile, StepContext, StepType

CODE_FOLDER = "/opt/ml/processing/input/code"
LOCAL_PATH = Pattern(r"^/opt/ml/processing(/|$)", "a path below `/opt/ml/processing/`")


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcessingInputSpec:
    """Data that is copied into the container."""

    SHORTHAND: ClassVar[str] = "uri"

    span: Span
    uri: Annotated[S3Uri, Doc("S3 URI of the data, or a reference to a step's output.")]
    path: Annotated[Text | None, LOCAL_PATH, Doc("Folder in the container.")] = None
    distribution: Annotated[
        Text | None,
        Choice(("FullyReplicated", "ShardedByS3Key")),
        Doc("Whether each instance gets all of the data or a part."),
    ] = None
    mode: Annotated[Text | None, Choice(("File", "Pipe")), Doc("How the data arrives.")] = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcessingOutputSpec:
    """A folder of the container that is copied to S3."""

    SHORTHAND: ClassVar[str] = "uri"

    span: Span
    uri: Annotated[S3Uri | None, Doc("S3 prefix; chosen below `storage` when left out.")] = None
    path: Annotated[Text | None, LOCAL_PATH, Doc("Folder in the container.")] = None
    upload: Annotated[
        Text | None, Choice(("EndOfJob", "Continuous")), Doc("When the files are copied.")
    ] = None
    files: Annotated[
        Table[StaticText],
        NAME,
        Doc("Property files: a name, and the JSON file in this output that it stands for."),
    ]


@dataclass(frozen=True, kw_only=True)
class ProcessingSpec(StepSpec):
    """Run one SageMaker processing job."""

    image: Image
    role: Role
    instance: Annotated[InstanceSpec, Doc("Machines that the job runs on.")]
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
    environment: Environment
    max_run: MaxRun | None = None
    vpc: Annotated[VpcSpec | None, Doc("Private network that the job runs in.")] = None
    kms: Kms | None = None
    network_isolation: NetworkIsolation | None = None
    tags: Tags
    cache: Cache | None = None
    retry: Retry = ()
    request: Overlay | None = None


def lower(spec: ProcessingSpec, context: StepContext) -> Request:
    """Return the arguments of CreateProcessingJob."""
    return given(
        ProcessingInputs=_inputs(spec, context) or None,
        ProcessingOutputConfig=_outputs(spec, context) if spec.outputs else None,
        ProcessingResources={"ClusterConfig": cluster(spec.instance, spec.kms)},
        StoppingCondition={"MaxRuntimeInSeconds": seconds_node(spec.max_run)}
        if spec.max_run
        else None,
        AppSpecification=given(
            ImageUri=spec.image,
            ContainerEntrypoint=_entrypoint(spec, context),
            ContainerArguments=[as_written(node) for node in spec.arguments] or None,
        ),
        Environment=text_map(spec.environment),
        NetworkConfig=given(
            EnableNetworkIsolation=spec.network_isolation, VpcConfig=vpc_config(spec.vpc)
        )
        or None,
        RoleArn=spec.role,
        Tags=tag_list(spec.tags),
    )


def _entrypoint(spec: ProcessingSpec, context: StepContext) -> RequestValue:
    if context.code is None:
        return list(spec.entrypoint) or None
    script = f"{CODE_FOLDER}/{context.code.entry}"
    program = "bash" if context.code.entry.endswith(".sh") else "python3"
    if not context.code.has_requirements:
        return [program, script]
    quoted = shlex.quote(script)
    install = f"python3 -m pip install -q -r {CODE_FOLDER}/requirements.txt"
    return ["/bin/sh", "-c", f'{install} && exec {program} {quoted} "$@"', "sh"]


def _inputs(spec: ProcessingSpec, context: StepContext) -> list[RequestValue]:
    inputs = [
        _s3_input(name, entry.uri, entry.path, entry.distribution, entry.mode)
        for name, entry in spec.inputs
    ]
    if context.code is not None:
        inputs.append(_s3_input("code", context.code.uri, CODE_FOLDER, None, None))
    return inputs


def _s3_input(
    name: str,
    uri: RequestValue,
    path: RequestValue,
    distribution: RequestValue,
    mode: RequestValue,
) -> RequestValue:
    return {
        "InputName": name,
        "S3Input": {
            "S3Uri": uri,
            "LocalPath": path or f"/opt/ml/processing/input/{name}",
            "S3DataType": "S3Prefix",
            "S3InputMode": mode or "File",
            "S3DataDistributionType": distribution or "FullyReplicated",
        },
    }


def _outputs(spec: ProcessingSpec, context: StepContext) -> Request:
    outputs: list[RequestValue] = []
    for name, entry in spec.outputs:
        chosen = joined(
            spec.outputs.key_spans[name],
            f"{context.storage}/{context.pipeline}/",
            ("execution", "pipeline_execution_id"),
            f"/{context.step}/output/{name}",
        )
        uploaded: Request = {
            "S3Uri": entry.uri or chosen,
            "LocalPath": entry.path or f"/opt/ml/processing/output/{name}",
            "S3UploadMode": entry.upload or "EndOfJob",
        }
        outputs.append({"OutputName": name, "S3Output": uploaded})
    return given(Outputs=outputs, KmsKeyId=spec.kms)


def named_outputs(spec: ProcessingSpec) -> dict[str, Output]:
    """Return what `steps.S.outputs.<name>` stands for."""
    return {
        name: Output(STRING, f"ProcessingOutputConfig.Outputs['{name}'].S3Output.S3Uri")
        for name, _ in spec.outputs
    }


def named_items(spec: ProcessingSpec, template: TemplateSpec | None) -> dict[str, list[str]]:  # noqa: ARG001
    """Return the names of inputs and outputs, by their path in what Describe answers.

    Not those of lists that `request` replaces.
    """
    replaced = spec.request.members if spec.request is not None else {}
    own = ["code"] if has_code(spec.code) else []
    found = {
        "ProcessingInputs": [*spec.inputs.entries, *own],
        "ProcessingOutputConfig.Outputs": list(spec.outputs.entries),
    }
    return {path: names for path, names in found.items() if path.split(".")[0] not in replaced}


def files(spec: ProcessingSpec) -> dict[str, PropertyFile]:
    """Return the property files by name."""
    return {
        name: PropertyFile(output, str(path.value), path.span)
        for output, entry in spec.outputs
        for name, path in entry.files
    }


def inputs(spec: ProcessingSpec) -> dict[str, Span]:
    """Return the names of the inputs and where they stand."""
    own = {"code"} if has_code(spec.code) else frozenset[str]()  # which `check` speaks of
    return {name: span for name, span in spec.inputs.key_spans.items() if name not in own}


def needs_storage(spec: ProcessingSpec) -> Span | None:
    """Return what the compiler has to find a place in S3 for: code, or an output without one."""
    if has_code(spec.code) and spec.code is not None:
        return spec.code.span
    return next(
        (spec.outputs.key_spans[name] for name, entry in spec.outputs if entry.uri is None), None
    )


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
    for output, entry in spec.outputs:
        for name, _ in entry.files:
            if name in seen:
                yield Diagnostic(
                    code=codes.DUPLICATE_CHANNEL,
                    message=f"the property file `{name}` is declared in `{seen[name]}` too",
                    span=entry.files.key_spans[name],
                )
            seen[name] = output


PROCESSING = StepType(
    name="processing",
    sagemaker_type="Processing",
    spec=ProcessingSpec,
    lower=lower,
    request_shape="CreateProcessingJobRequest",
    describe_shape="DescribeProcessingJobResponse",
    chosen=frozenset({"ProcessingJobName"}),
    outputs={
        "job_name": Output(STRING, "ProcessingJobName"),
        "job_arn": Output(STRING, "ProcessingJobArn"),
    },
    named_outputs=named_outputs,
    named_items=named_items,
    files=files,
    inputs=inputs,
    check=check,
    needs_storage=needs_storage,
    packs_code_as="folder",
)
