"""Execute a pipeline definition on this machine, without Docker and without AWS."""

import os
import platform
import secrets
import shutil
import string
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from compiler.local.cache import StepCache
from compiler.local.container import (
    Isolation,
    Runtime,
    Stopper,
    choose_isolation,
    find_python,
    make_shims,
    python_version,
)
from compiler.local.events import Event, ExecutionFinished, ExecutionStarted, StepFinished
from compiler.local.graph import Graph, Node, read_graph
from compiler.local.moment import now
from compiler.local.naming import ACCOUNT, REGION
from compiler.local.parameters import bind_parameters
from compiler.local.record import (
    Recorder,
    RunRecord,
    StepRecord,
    hold,
    new_step_records,
    run_folder,
    write_atomically,
)
from compiler.local.registry import Registry
from compiler.local.resolve import Json, Scope, resolve
from compiler.local.resume import DEFINITION, kept_parameters, read_earlier, resumed_steps
from compiler.local.run_step import StepPlace, run_step, why_no_property_file
from compiler.local.s3 import LocalS3, S3Error
from compiler.local.schedule import Schedule
from compiler.local.step_type import Site, StepResult
from compiler.local.step_types import by_type, check_runnable
from compiler.local.strict_json import json_text, read_json

# As long as SageMaker waits after SIGTERM.
GRACE_SECONDS = 120.0
_ID_LETTERS = string.ascii_lowercase + string.digits


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What an execution that did not succeed has left for a step, to look at or to go on from."""

    step: str
    what: str
    path: Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Execution:
    """An execution that has ended."""

    execution_id: str
    status: str
    failure_reason: str | None
    folder: Path
    record: RunRecord
    kept: tuple[Kept, ...]
    listener_error: Exception | None = None


def execute(
    definition: Mapping[str, Json],
    *,
    pipeline: str,
    home: Path,
    parameters: Mapping[str, Json],
    python: str | Path = sys.executable,
    max_parallel: int | None = None,
    resume: str | None = None,
    use_cache: bool = True,
    listener: Callable[[Event], None] = lambda _: None,
    source: str | None = None,
    target: str | None = None,
    isolation: Isolation | None = None,
    grace_seconds: float = GRACE_SECONDS,
) -> Execution:
    """Run the definition to its end, keeping all it leaves below `home`, and return how it ended.

    Raises `InvalidDefinitionError`, `CannotRunHereError` or `ParameterError` before anything has
    started. With `resume`, the steps which that execution has finished, and whose definition is the
    same, are taken over, and the others run (again) under its id. Ctrl-C does not raise: the
    execution ends as Stopped. A listener that raises is told nothing more, and
    nothing else changes; its error is in what is returned.
    """
    home = home.resolve()
    graph = read_graph(definition)
    check_runnable(graph)
    if resume is None:
        execution_id = "".join(secrets.choice(_ID_LETTERS) for _ in range(12))
        started, values, steps = (
            now(),
            bind_parameters(definition, parameters),
            new_step_records(graph),
        )
    else:
        execution_id = resume
        read_earlier(home, resume, pipeline)
    runtime = _runtime(run_folder(home, execution_id), python, isolation, grace_seconds)
    environment = _environment(runtime)
    site = _site(home, pipeline, execution_id, runtime)
    with hold(site.folder):
        if resume is not None:
            # Only now nobody else changes it.
            earlier = read_earlier(home, resume, pipeline)
            started = str(earlier["started"])
            values = kept_parameters(definition, parameters, earlier)
            steps = resumed_steps(graph, earlier, home)
        record = RunRecord(
            execution_id=execution_id,
            pipeline=pipeline,
            source=source,
            target=target,
            status="Executing",
            failure_reason=None,
            started=started,
            ended=None,
            parameters=values,
            environment=environment,
            steps=steps,
        )
        write_atomically(site.folder / DEFINITION, json_text(definition, indent=1))
        recorder = Recorder(record, site.folder)
        with _failing(recorder):
            return _run(
                definition,
                graph,
                site=site,
                recorder=recorder,
                audience=_Audience(listener),
                max_parallel=max_parallel or os.cpu_count() or 1,
                use_cache=use_cache,
            )


@contextmanager
def _failing(recorder: Recorder) -> Iterator[None]:
    """Record an execution that an error of pipec or of the disk ends as failed."""
    try:
        yield
    except BaseException as error:
        # Where the disk is full, the record too may not be written.
        with suppress(OSError):
            recorder.fail(repr(error), now())
        raise


def _run(
    definition: Mapping[str, Json],
    graph: Graph,
    *,
    site: Site,
    recorder: Recorder,
    audience: "_Audience",
    max_parallel: int,
    use_cache: bool,
) -> Execution:
    begun, tell = time.monotonic(), audience.tell
    make_shims(site.runtime.shims, site.runtime.python)
    taken = [step for step in recorder.record.steps if step.status != "NotStarted"]
    tell(
        ExecutionStarted(
            execution_id=site.execution_id,
            folder=site.folder,
            isolation=site.runtime.isolation,
            resumed=bool(taken),
        )
    )
    for step in taken:
        tell(_taken_over(step, recorder))
    roots = _roots(definition, recorder.record, site)
    types = by_type()

    def run(node: Node) -> StepResult:
        place = StepPlace(
            site=site,
            scope=_scope(roots, recorder.record, site, graph),
            recorder=recorder,
            tell=tell,
            use_cache=use_cache,
        )
        result = run_step(node, types[node.type], place)
        if result.status == "Succeeded":
            shutil.rmtree(site.folder / "jobs" / node.name, ignore_errors=True)
        return result

    schedule = Schedule(
        graph,
        recorder,
        run_step=run,
        tell=tell,
        stopper=site.stopper,
        grace_seconds=site.runtime.grace_seconds,
        max_parallel=max_parallel,
    )
    ending = schedule.run()
    recorder.update(status=ending.status, failure_reason=ending.failure_reason, ended=now())
    tell(
        ExecutionFinished(
            execution_id=site.execution_id,
            status=ending.status,
            seconds=time.monotonic() - begun,
            failure_reason=ending.failure_reason,
        )
    )
    return Execution(
        execution_id=site.execution_id,
        status=ending.status,
        failure_reason=ending.failure_reason,
        folder=site.folder,
        record=recorder.record,
        kept=_kept(recorder.record, site),
        listener_error=audience.error,
    )


def _runtime(
    folder: Path, python: str | Path, isolation: Isolation | None, grace_seconds: float
) -> Runtime:
    interpreter = find_python(python)
    return Runtime(
        shims=folder / "bin",
        python=interpreter,
        isolation=isolation or choose_isolation(interpreter),
        grace_seconds=grace_seconds,
    )


def _site(home: Path, pipeline: str, execution_id: str, runtime: Runtime) -> Site:
    return Site(
        execution_id=execution_id,
        pipeline=pipeline,
        account=ACCOUNT,
        region=REGION,
        folder=run_folder(home, execution_id),
        s3=LocalS3(home / "s3"),
        registry=Registry(home / "registry.db"),
        cache=StepCache(home / "cache.db"),
        runtime=runtime,
        stopper=Stopper(),
    )


def _environment(runtime: Runtime) -> dict[str, Json]:
    return {
        "python": python_version(runtime.python),
        "platform": platform.platform(),
        "cpus": os.cpu_count(),
        "isolation": runtime.isolation,
    }


def _taken_over(step: StepRecord, recorder: Recorder) -> StepFinished:
    return StepFinished(
        step=step.name,
        type=step.type,
        status=step.status,
        seconds=0.0,
        cache_hit=step.cache_hit,
        taken_over=True,
        failure_reason=None,
        log=recorder.path(step.log),
    )


def _roots(definition: Mapping[str, Json], record: RunRecord, site: Site) -> dict[str, Json]:
    arn = site.arn(f"pipeline/{site.pipeline.lower()}")
    roots: dict[str, Json] = {
        "Parameters": record.parameters,
        "Execution": {
            "StartDateTime": record.started,
            "PipelineName": site.pipeline,
            "PipelineArn": arn,
            "PipelineExecutionId": site.execution_id,
            "PipelineExecutionArn": f"{arn}/execution/{site.execution_id}",
        },
    }
    experiment = definition.get("PipelineExperimentConfig") or {}
    defaults = {"ExperimentName": site.pipeline, "TrialName": site.execution_id}
    return roots | {"PipelineExperimentConfig": defaults | resolve(experiment, Scope(roots=roots))}


def _scope(roots: Mapping[str, Json], record: RunRecord, site: Site, graph: Graph) -> Scope:
    ended = [step for step in record.steps if step.ended is not None and step.properties]

    def read(uri: str) -> Json:
        try:
            return read_json(site.s3.read(uri))
        except S3Error as error:
            raise KeyError(error.reason) from None
        except ValueError as error:
            raise KeyError(str(error)) from None

    properties = {step.name: step.properties for step in ended}

    def why_no_file(step: str, name: str) -> str:
        node = next(node for node in graph.nodes if node.name == step)
        return why_no_property_file(node, name, properties[step], site.s3)

    return Scope(
        roots=roots,
        steps=properties,
        files={step.name: step.files for step in ended},
        objects=read,
        why_no_file=why_no_file,
    )


class _Audience:
    """Lets the threads of the steps tell the listener one after the other, until it fails."""

    def __init__(self, listener: Callable[[Event], None]) -> None:
        self._listener = listener
        self._lock = threading.Lock()
        self.error: Exception | None = None

    def tell(self, event: Event) -> None:
        """Tell an event; never raise, for no job may fail because nobody listens."""
        with self._lock:
            if self.error is None:
                try:
                    self._listener(event)
                except Exception as error:  # noqa: BLE001 - whoever started the execution is given it
                    self.error = error


def _kept(record: RunRecord, site: Site) -> tuple[Kept, ...]:
    kept: list[Kept] = []
    for step in record.steps:
        if step.status not in ("Failed", "Stopped"):
            continue
        checkpoints = step.arguments.get("CheckpointConfig", {}).get("S3Uri")
        if checkpoints and any(site.s3.path(checkpoints).glob("*")):
            path = site.s3.path(checkpoints)
            kept.append(Kept(step=step.name, what="checkpoints", path=path))
        folder = site.folder / "jobs" / step.name
        if folder.exists():
            kept.append(Kept(step=step.name, what="job folder", path=folder))
    return tuple(kept)
