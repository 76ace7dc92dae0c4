"""The processing step: runs a script over files from S3 and keeps what it writes."""

from collections.abc import Iterator, Mapping

from compiler.local.container import OPT_ML, Container
from compiler.local.job import (
    empty_folder,
    inside,
    read_message,
    refuse_unless,
    resource_config,
    run_job,
    texts,
    timeout_of,
    warn_of_instances,
    warn_of_opt_ml,
    write_json,
)
from compiler.local.metrics import MetricReader
from compiler.local.moment import now
from compiler.local.resolve import Json, as_text
from compiler.local.s3 import S3Error
from compiler.local.step_type import LocalStepType, StepError, StepResult, StepRun
from compiler.local.toolkit import HOST

PROCESSING_ROOT = f"{OPT_ML}/processing"


def run(run_: StepRun) -> StepResult:
    """Run the job and return the properties of DescribeProcessingJob."""
    arguments, folder = run_.arguments, empty_folder(run_.job_folder)
    started = now()
    warn_of_instances(run_, _cluster(arguments))
    _bring_inputs(run_)
    for output in _outputs(arguments):
        place = inside(folder, output["S3Output"]["LocalPath"], below=PROCESSING_ROOT)
        place.mkdir(parents=True, exist_ok=True)
    _write_configuration(run_)
    metrics = MetricReader([], clock=now, found=run_.metric)
    ended = run_job(run_, _container(run_), metrics)
    if ended.failure_reason is None:
        _keep_outputs(run_)
    properties: dict[str, Json] = {
        **arguments,
        "ProcessingJobName": run_.job_name,
        "ProcessingJobArn": run_.site.arn(f"processing-job/{run_.job_name}"),
        "ProcessingJobStatus": ended.job_status,
        "CreationTime": started,
        "ProcessingStartTime": started,
        "ProcessingEndTime": now(),
    }
    if message := read_message(folder / "output" / "message"):
        properties["ExitMessage"] = message
    if ended.failure_reason is None:
        return StepResult(properties=properties)
    properties["FailureReason"] = ended.failure_reason
    return StepResult(
        status=ended.step_status,
        failure_reason=ended.failure_reason,
        properties=properties,
    )


def _container(run_: StepRun) -> Container:
    application = run_.arguments["AppSpecification"]
    command = (*application["ContainerEntrypoint"], *application.get("ContainerArguments", ()))
    return Container(
        command=tuple(as_text(word, "ContainerArguments") for word in command),
        environment={
            "AWS_REGION": run_.site.region,
            "PROCESSING_JOB_NAME": run_.job_name,
            "PROCESSING_JOB_ARN": run_.site.arn(f"processing-job/{run_.job_name}"),
            **texts(run_.arguments.get("Environment", {})),
        },
        folder=run_.job_folder,
        timeout=timeout_of(run_.arguments),
    )


def _bring_inputs(run_: StepRun) -> None:
    for each in run_.arguments.get("ProcessingInputs", ()):
        source = each["S3Input"]
        place = inside(run_.job_folder, source["LocalPath"], below=PROCESSING_ROOT)
        try:
            run_.site.s3.download(source["S3Uri"], place)
        except S3Error as error:
            raise StepError(f"input `{each['InputName']}`: {error}") from None
    warn_of_opt_ml(run_, run_.job_folder / "processing" / "input" / "code")


def _keep_outputs(run_: StepRun) -> None:
    for output in _outputs(run_.arguments):
        target = output["S3Output"]
        place = inside(run_.job_folder, target["LocalPath"], below=PROCESSING_ROOT)
        try:
            run_.site.s3.upload_folder(place, target["S3Uri"])
        except S3Error as error:
            raise StepError(f"output `{output['OutputName']}`: {error}") from None


def _write_configuration(run_: StepRun) -> None:
    configuration = run_.job_folder / "config"
    described = {
        "ProcessingJobName": run_.job_name,
        "ProcessingJobArn": run_.site.arn(f"processing-job/{run_.job_name}"),
        **run_.arguments,
    }
    write_json(configuration / "processingjobconfig.json", described)
    write_json(
        configuration / "resourceconfig.json",
        resource_config(_cluster(run_.arguments)) | {"current_host": HOST, "hosts": [HOST]},
    )
    (run_.job_folder / "output").mkdir()


def _cluster(arguments: Mapping[str, Json]) -> Mapping[str, Json]:
    cluster: Mapping[str, Json] = arguments.get("ProcessingResources", {}).get("ClusterConfig", {})
    return cluster


def _outputs(arguments: Mapping[str, Json]) -> list[Json]:
    outputs: list[Json] = arguments.get("ProcessingOutputConfig", {}).get("Outputs", [])
    return outputs


def _refusals(step: Mapping[str, Json]) -> Iterator[str]:
    arguments = step["Arguments"]
    if not arguments.get("AppSpecification", {}).get("ContainerEntrypoint"):
        yield "without ContainerEntrypoint only the image knows what to run"
    for each in arguments.get("ProcessingInputs", ()):
        place = f"input `{each.get('InputName')}`:"
        if "S3Input" not in each or "LocalPath" not in each["S3Input"]:
            yield f"{place} only S3Input with a LocalPath can be brought to this machine"
            continue
        source = each["S3Input"]
        yield from refuse_unless(source.get("S3DataType"), ("S3Prefix",), f"{place} S3DataType")
        yield from refuse_unless(source.get("S3InputMode"), ("File",), f"{place} S3InputMode")
        compression = source.get("S3CompressionType")
        yield from refuse_unless(compression, ("None",), f"{place} S3CompressionType")
    for output in _outputs(arguments):
        if "S3Output" not in output:
            yield f"output `{output.get('OutputName')}`: only S3Output can be kept on this machine"


def _kept(properties: Mapping[str, Json]) -> Iterator[str]:
    for output in _outputs(properties):
        yield output["S3Output"]["S3Uri"]


PROCESSING = LocalStepType(
    type="Processing",
    names=("processing",),
    run=run,
    refusals=_refusals,
    launches_job="ProcessingJobName",
    kept=_kept,
)
