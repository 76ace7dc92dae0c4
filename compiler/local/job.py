"""What processing and training jobs have in common: their folder, their files, their end."""

import os
import shutil
import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from compiler.local.container import Container, Exit, files_naming_opt_ml, run_container
from compiler.local.graph import Status
from compiler.local.metrics import MetricReader
from compiler.local.resolve import Json, as_text
from compiler.local.step_type import StepError, StepRun
from compiler.local.strict_json import json_text
from compiler.local.toolkit import HOST, OPT_ML, Machine

# The service cuts what a script writes about its failure or its result.
MESSAGE_LIMIT = 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """How a job ended: no failure reason means well."""

    exit: Exit
    failure_reason: str | None

    @property
    def job_status(self) -> str:
        """The status as Describe… tells it."""
        if self.exit.stopped:
            return "Stopped"
        return "Completed" if self.failure_reason is None else "Failed"

    @property
    def step_status(self) -> Status:
        """The status of the step."""
        if self.exit.stopped:
            return "Stopped"
        return "Succeeded" if self.failure_reason is None else "Failed"


def empty_folder(folder: Path) -> Path:
    """Make the job folder, without anything that an earlier attempt left."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    return folder


def inside(folder: Path, path: str, *, below: str = "/opt/ml") -> Path:
    """Return where a path of the container lies in the job folder."""
    pure = PurePosixPath(path)
    if ".." in pure.parts or not pure.is_relative_to(below):
        raise StepError(f"the path {path} does not lie below {below}")
    return folder / pure.relative_to(OPT_ML)


def write_json(path: Path, value: Json) -> None:
    """Write one of the configuration files."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json_text(value, indent=2), encoding="utf-8")


def run_job(run: StepRun, container: Container, metrics: MetricReader) -> Ended:
    """Run the job's container, keeping its log and reading its metrics."""

    def output(chunk: bytes) -> None:
        run.log(chunk)
        metrics.write(chunk)

    exit_ = run_container(container, run.site.runtime, output=output, stopper=run.site.stopper)
    metrics.close()
    return Ended(exit=exit_, failure_reason=_failure(exit_, run.job_folder, metrics, container))


def _failure(exit_: Exit, folder: Path, metrics: MetricReader, container: Container) -> str | None:
    if exit_.stopped:
        return "stopped"
    if exit_.timed_out:
        return f"MaxRuntimeExceeded: the job ran longer than {container.timeout:g} seconds"
    if exit_.code == 0:
        return None
    said = read_message(folder / "output" / "failure")
    if exit_.signal is not None:
        killed = f"killed by signal {exit_.signal} ({_signal_name(exit_.signal)})"
        return f"AlgorithmError: {said}, {killed}" if said else f"AlgorithmError: {killed}"
    said = said or (metrics.last_words.reason or "see the log")[:MESSAGE_LIMIT]
    return f"AlgorithmError: {said}, exit code: {exit_.code}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        # Linux names only the first and the last of its real-time signals.
        return "a real-time signal"


def read_message(path: Path) -> str | None:
    """Return the beginning of a message that the script left, or None."""
    if not path.is_file() or path.is_symlink():
        return None
    return path.read_bytes()[:MESSAGE_LIMIT].decode("utf-8", errors="replace").strip() or None


def warn_of_opt_ml(run: StepRun, code: Path) -> None:
    """Warn of scripts that name /opt/ml where there is none."""
    if run.site.runtime.isolation == "environment" and code.is_dir():
        for name in files_naming_opt_ml(code):
            run.warn(
                f"{name} names /opt/ml, which this system cannot give to a job:"
                " use the SM_* variables or PROCESSING_BASE_DIR"
            )


def warn_of_instances(run: StepRun, resources: Mapping[str, Json]) -> None:
    """Say that only one of several instances runs."""
    count = resources.get("InstanceCount", 1)
    if isinstance(count, int) and count > 1:
        run.warn(f"{count} instances are asked for, one runs here")


def texts(values: Mapping[str, Json]) -> dict[str, str]:
    """Return a map of the request as the container gets it: SageMaker knows only texts there."""
    return {name: as_text(value, name) for name, value in values.items()}


def resource_config(resources: Mapping[str, Json]) -> dict[str, Json]:
    """Return what resourceconfig.json says of a job with one machine."""
    return {
        "current_host": HOST,
        "hosts": [HOST],
        "network_interface_name": "eth0",
        "current_instance_type": resources.get("InstanceType", "local"),
        "current_group_name": "homogeneousCluster",
        "instance_groups": [
            {
                "instance_group_name": "homogeneousCluster",
                "instance_type": resources.get("InstanceType", "local"),
                "hosts": [HOST],
            }
        ],
    }


def this_machine() -> Machine:
    """Return the size of this machine, as a job sees it."""
    gpus = [path for path in Path("/dev").glob("nvidia*") if path.name[6:].isdigit()]
    return Machine(cpus=os.cpu_count() or 1, gpus=len(gpus))


def timeout_of(arguments: Mapping[str, Json]) -> float | None:
    """Return the time limit of a job in seconds."""
    limit = arguments.get("StoppingCondition", {}).get("MaxRuntimeInSeconds")
    return None if limit is None else float(limit)


def refuse_unless(value: Json, allowed: tuple[str, ...], place: str) -> Iterator[str]:
    """Yield a refusal if a member is there and has a value that cannot be honoured here."""
    if isinstance(value, str) and value not in allowed:
        yield f"{place} `{value}` cannot be honoured on this machine"
