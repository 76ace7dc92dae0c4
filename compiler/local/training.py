"""The training step: runs a training script by the toolkit's contract and keeps its model."""

import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

from compiler.local.archive import ArchiveError, pack, unpack
from compiler.local.container import OPT_ML, Container
from compiler.local.job import (
    Ended,
    empty_folder,
    inside,
    refuse_unless,
    resource_config,
    run_job,
    texts,
    this_machine,
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
from compiler.local.toolkit import (
    ScriptJob,
    read_hyperparameters,
    script_arguments,
    script_environment,
)

CODE = f"{OPT_ML}/code"
PROGRAM = "sagemaker_program"
SUBMIT_DIRECTORY = "sagemaker_submit_directory"
# Settings of the toolkit that start the script through a launcher for several processes.
LAUNCHERS = (
    "sagemaker_mpi_enabled",
    "sagemaker_pytorch_ddp_enabled",
    "sagemaker_torch_distributed_enabled",
    "sagemaker_distributed_dataparallel_enabled",
    "sagemaker_pytorch_xla_multi_worker_enabled",
)
SCHEDULER = "amazon_sagemaker_scheduler"
_PIP = "python3 -m pip install -q --disable-pip-version-check"


def run(run_: StepRun) -> StepResult:
    """Run the job and return the properties of DescribeTrainingJob."""
    arguments, folder = run_.arguments, empty_folder(run_.job_folder)
    started = now()
    resources = arguments.get("ResourceConfig", {})
    warn_of_instances(run_, resources)
    for name in ("input/data", "model", "output/data", "code"):
        (folder / name).mkdir(parents=True)
    channels = _bring_channels(run_)
    _keep_checkpoints(run_)
    config = folder / "input" / "config"
    write_json(config / "hyperparameters.json", texts(arguments.get("HyperParameters", {})))
    write_json(config / "inputdataconfig.json", channels)
    write_json(config / "resourceconfig.json", resource_config(resources))
    definitions = arguments["AlgorithmSpecification"].get("MetricDefinitions", [])
    try:
        metrics = MetricReader(definitions, clock=now, found=run_.metric)
    except (re.error, OverflowError, RecursionError) as error:
        raise StepError(f"MetricDefinitions: {error}") from None
    ended = run_job(run_, _container(run_, channels), metrics)
    if ended.failure_reason is None:
        _keep_model(run_)
    return StepResult(
        status=ended.step_status,
        failure_reason=ended.failure_reason,
        properties=_properties(run_, ended, started, metrics),
        metrics=metrics.recorded(),
    )


def _container(run_: StepRun, channels: Mapping[str, Mapping[str, str]]) -> Container:
    arguments = run_.arguments
    algorithm = arguments["AlgorithmSpecification"]
    environment = {
        "AWS_REGION": run_.site.region,
        "TRAINING_JOB_NAME": run_.job_name,
        "TRAINING_JOB_ARN": run_.site.arn(f"training-job/{run_.job_name}"),
        **texts(arguments.get("Environment", {})),
    }
    if algorithm.get("ContainerEntrypoint"):
        words = (*algorithm["ContainerEntrypoint"], *algorithm.get("ContainerArguments", ()))
        command = [as_text(word, "ContainerArguments") for word in words]
        working_directory = OPT_ML
        warn_of_opt_ml(run_, run_.job_folder / "input" / "data" / "code")
    else:
        job = _script_job(run_, channels)
        _bring_code(run_, job)
        environment |= script_environment(job, this_machine())
        command = _script_command(job, run_.job_folder / "code")
        working_directory = CODE
    return Container(
        command=tuple(command),
        environment=environment,
        folder=run_.job_folder,
        working_directory=working_directory,
        timeout=timeout_of(arguments),
    )


def _script_job(run_: StepRun, channels: Mapping[str, Mapping[str, str]]) -> ScriptJob:
    hyperparameters, settings = read_hyperparameters(
        texts(run_.arguments.get("HyperParameters", {}))
    )
    return ScriptJob(
        hyperparameters=hyperparameters,
        settings=settings,
        module_dir=str(settings.get(SUBMIT_DIRECTORY, CODE)),
        channels=channels,
        resources=resource_config(run_.arguments.get("ResourceConfig", {})),
        job_name=run_.job_name,
    )


def _bring_code(run_: StepRun, job: ScriptJob) -> None:
    """Put the script and what belongs to it into /opt/ml/code."""
    code = run_.job_folder / "code"
    try:
        if job.module_dir.startswith("/"):
            # In network isolation a channel brings the archive, for the job cannot reach S3.
            place = inside(run_.job_folder, job.module_dir)
            if not place.is_file():
                raise StepError(f"the code: no channel has brought {job.module_dir}")
        else:
            place = run_.site.s3.path(job.module_dir)
        if place.is_file():
            unpack(place, code)
        else:
            run_.site.s3.download(job.module_dir, code)
    except (S3Error, ArchiveError) as error:
        raise StepError(f"the code: {error}") from None
    if not inside(run_.job_folder, f"{CODE}/{job.entry}").is_file():
        raise StepError(f"the code {job.module_dir} has no `{job.entry}`")
    warn_of_opt_ml(run_, code)


def _script_command(job: ScriptJob, code: Path) -> list[str]:
    """Return what the toolkit starts: by the kind of the entry, requirements installed first."""
    installs = []
    if (code / "requirements.txt").is_file():
        installs.append(f"{_PIP} -r requirements.txt")
    if job.entry.endswith(".sh"):
        command = ["/bin/sh", "-c", f'./{shlex.quote(job.entry)} "$@"', job.entry]
        (code / job.entry).chmod(0o755)
    elif (code / "setup.py").is_file():
        installs.append(f"{_PIP} .")
        command = ["python3", "-m", job.entry.removesuffix(".py").replace("/", ".")]
    elif job.entry.endswith(".py"):
        command = ["python3", job.entry]
    else:
        command = ["/bin/sh", "-c", f'./{shlex.quote(job.entry)} "$@"', job.entry]
    command += script_arguments(job.hyperparameters)
    if not installs:
        return command
    return ["/bin/sh", "-c", f'{" && ".join(installs)} && exec "$@"', "sh", *command]


def _bring_channels(run_: StepRun) -> dict[str, dict[str, str]]:
    """Download the channels; return what inputdataconfig.json says of them."""
    channels: dict[str, dict[str, str]] = {}
    for each in run_.arguments.get("InputDataConfig", ()):
        name, source = each["ChannelName"], each["DataSource"]["S3DataSource"]
        place = inside(run_.job_folder, f"{OPT_ML}/input/data/{name}")
        try:
            run_.site.s3.download(source["S3Uri"], place)
        except S3Error as error:
            raise StepError(f"channel `{name}`: {error}") from None
        channels[name] = {
            "TrainingInputMode": "File",
            "S3DistributionType": source.get("S3DataDistributionType", "FullyReplicated"),
            "RecordWrapperType": each.get("RecordWrapperType", "None"),
        }
        if "ContentType" in each:
            channels[name]["ContentType"] = each["ContentType"]
    return channels


def _keep_checkpoints(run_: StepRun) -> None:
    """Let the checkpoints be the folder in local S3: in step at all times, after a crash too."""
    config = run_.arguments.get("CheckpointConfig")
    if config is None:
        return
    local = config.get("LocalPath", f"{OPT_ML}/checkpoints").rstrip("/")
    place = inside(run_.job_folder, local)
    write_json(run_.job_folder / "input" / "config" / "checkpointconfig.json", config)
    try:
        kept = run_.site.s3.make_folder(config["S3Uri"])
    except S3Error as error:
        raise StepError(f"the checkpoints: {error}") from None
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(kept, target_is_directory=True)


def _output_folder(run_: StepRun) -> str:
    base = run_.arguments["OutputDataConfig"]["S3OutputPath"].rstrip("/")
    return f"{base}/{run_.job_name}/output"


def _keep_model(run_: StepRun) -> None:
    folder, s3 = run_.job_folder, run_.site.s3
    try:
        with s3.unfinished(f"{_output_folder(run_)}/model.tar.gz") as archive:
            pack(folder / "model", archive)
        if any((folder / "output" / "data").iterdir()):
            with s3.unfinished(f"{_output_folder(run_)}/output.tar.gz") as archive:
                pack(folder / "output" / "data", archive)
    except S3Error as error:
        raise StepError(f"the model: {error}") from None


def _properties(run_: StepRun, ended: Ended, started: str, metrics: MetricReader) -> Json:
    secondary = "MaxRuntimeExceeded" if ended.exit.timed_out else ended.job_status
    properties: dict[str, Json] = {
        **run_.arguments,
        "TrainingJobName": run_.job_name,
        "TrainingJobArn": run_.site.arn(f"training-job/{run_.job_name}"),
        "TrainingJobStatus": ended.job_status,
        "SecondaryStatus": secondary,
        "FinalMetricDataList": metrics.final(),
        "CreationTime": started,
        "TrainingStartTime": started,
        "TrainingEndTime": now(),
    }
    if ended.failure_reason is None:
        model = f"{_output_folder(run_)}/model.tar.gz"
        properties["ModelArtifacts"] = {"S3ModelArtifacts": model}
    else:
        properties["FailureReason"] = ended.failure_reason
    return properties


def _refusals(step: Mapping[str, Json]) -> Iterator[str]:
    arguments = step["Arguments"]
    hyperparameters = arguments.get("HyperParameters", {})
    algorithm = arguments.get("AlgorithmSpecification", {})
    if not algorithm.get("ContainerEntrypoint"):
        if PROGRAM not in hyperparameters or SUBMIT_DIRECTORY not in hyperparameters:
            yield f"without {PROGRAM} and {SUBMIT_DIRECTORY} only the image knows what to run"
        _, settings = read_hyperparameters(
            {name: text for name, text in hyperparameters.items() if isinstance(text, str)}
        )
        for name in LAUNCHERS:
            if settings.get(name):
                yield f"the launcher of `{name}` is not there on this machine"
    if SCHEDULER in (algorithm.get("ContainerEntrypoint") or ()):
        yield "a notebook is run by a program that only its image has"
    mode = algorithm.get("TrainingInputMode")
    yield from refuse_unless(mode, ("File", "FastFile"), "TrainingInputMode")
    for each in arguments.get("InputDataConfig", ()):
        place = f"channel `{each.get('ChannelName')}`:"
        source = each.get("DataSource", {}).get("S3DataSource")
        if source is None:
            yield f"{place} only an S3DataSource can be brought to this machine"
            continue
        yield from refuse_unless(source.get("S3DataType"), ("S3Prefix",), f"{place} S3DataType")
        yield from refuse_unless(each.get("InputMode"), ("File", "FastFile"), f"{place} InputMode")
        compression = each.get("CompressionType")
        yield from refuse_unless(compression, ("None",), f"{place} CompressionType")


def _kept(properties: Mapping[str, Json]) -> Iterator[str]:
    yield properties["ModelArtifacts"]["S3ModelArtifacts"]


TRAINING = LocalStepType(
    type="Training",
    names=("training", "repack"),
    run=run,
    refusals=_refusals,
    launches_job="TrainingJobName",
    kept=_kept,
)
