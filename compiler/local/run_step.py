"""Run one step: resolve its arguments, look for a cached result, run it, keep what it leaves."""

import secrets
import string
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

from compiler.local.cache import CachedStep, CacheError, cache_key, duration
from compiler.local.container import FaultError
from compiler.local.events import Event, StepMetric, StepStarted, StepWarned
from compiler.local.graph import Node, Status, own_part
from compiler.local.metrics import MetricValue
from compiler.local.moment import now
from compiler.local.naming import name_of_job
from compiler.local.record import Recorder
from compiler.local.resolve import Json, Scope, UnresolvedReferenceError, resolve
from compiler.local.retry import read_policies, with_retries
from compiler.local.s3 import LocalS3, S3Error
from compiler.local.step_log import StepLog
from compiler.local.step_type import LocalStepType, Site, StepError, StepResult, StepRun
from compiler.local.strict_json import read_json
from compiler.sagemaker.caching import is_listed

_LETTERS = string.ascii_lowercase + string.digits


@dataclass(frozen=True, kw_only=True, slots=True)
class StepPlace:
    """What running a step needs beside the step: where it runs and who is told."""

    site: Site
    scope: Scope
    recorder: Recorder
    tell: Callable[[Event], None]
    use_cache: bool


def run_step(node: Node, type_: LocalStepType, place: StepPlace) -> StepResult:
    """Run a step to its end, however it ends, and leave the result in the record."""
    job_name = name_of_job(place.site.execution_id, node.name, _ending())
    try:
        arguments = _arguments(node, type_, place.scope, job_name)
    except UnresolvedReferenceError as error:
        return _finish(node, place, StepResult(status="Failed", failure_reason=str(error)))
    place.recorder.update_step(node.name, arguments=arguments, started=now(), status="Executing")
    if (hit := _cached(node, type_, arguments, place)) is not None:
        result = StepResult(properties=hit.properties, metrics=hit.metrics)
        return _finish(node, place, result, cache_hit=hit.execution_id)
    result = _run(node, type_, arguments, place, job_name)
    _remember(node, arguments, place, result)
    return _finish(node, place, result)


def _arguments(node: Node, type_: LocalStepType, scope: Scope, job_name: str) -> dict[str, Json]:
    execution = dict(scope.roots["Execution"]) | {"CurrentDateTime": now()}
    if type_.launches_job is not None:
        execution[type_.launches_job] = job_name
    inner = replace(scope, roots={**scope.roots, "Execution": execution})
    arguments: dict[str, Json] = resolve(own_part(node.step).get("Arguments", {}), inner)
    return arguments


def _run(
    node: Node,
    type_: LocalStepType,
    arguments: Mapping[str, Json],
    place: StepPlace,
    job_name: str,
) -> StepResult:
    site, recorder = place.site, place.recorder
    path = site.folder / "logs" / f"{node.name}.log" if type_.launches_job else None
    if path is not None:
        recorder.update_step(node.name, log=path.relative_to(site.folder).as_posix())
    earlier = recorder.step(node.name).attempts

    def attempt(number: int) -> StepResult:
        number += earlier
        recorder.update_step(node.name, attempts=number, metrics=())
        place.tell(StepStarted(step=node.name, type=node.type, attempt=number, log=path))
        with StepLog(path) as log:
            run = StepRun(
                site=site,
                name=node.name,
                step=node.step,
                arguments=arguments,
                scope=place.scope,
                job_name=job_name,
                job_folder=site.folder / "jobs" / node.name,
                log=log.write,
                warn=lambda message: _warn(node, place, log, message),
                metric=lambda metric: _metric(node, place, metric),
            )
            return _attempt(type_, run, log)

    try:
        return with_retries(
            attempt, read_policies(node.step), clock=time.monotonic, pause=site.stopper.pause
        )
    except FaultError as fault:
        return _failed(f"{fault.exception_type}: {fault}", site)
    except (StepError, UnresolvedReferenceError) as error:
        return _failed(str(error), site)


def _attempt(type_: LocalStepType, run: StepRun, log: StepLog) -> StepResult:
    """Run the step once, an error of the file system made a fault of the service."""
    try:
        return type_.run(run)
    except OSError as error:
        log.note(f"SageMaker.JOB_INTERNAL_ERROR: {error}")
        raise FaultError("SageMaker.JOB_INTERNAL_ERROR", str(error)) from error
    except (FaultError, StepError) as error:
        log.note(str(error))
        raise


def _warn(node: Node, place: StepPlace, log: StepLog, message: str) -> None:
    log.note(message)
    place.tell(StepWarned(step=node.name, message=message))


def _metric(node: Node, place: StepPlace, metric: MetricValue) -> None:
    place.recorder.add_metric(node.name, metric)
    place.tell(StepMetric(step=node.name, name=metric.name, index=metric.index, value=metric.value))


def _failed(reason: str, site: Site) -> StepResult:
    status: Status = "Stopped" if site.stopper.stopping else "Failed"
    return StepResult(status=status, failure_reason=reason)


def _cached(
    node: Node, type_: LocalStepType, arguments: Mapping[str, Json], place: StepPlace
) -> CachedStep | None:
    config = node.step.get("CacheConfig") or {}
    if not (place.use_cache and is_listed(node.type) and config.get("Enabled")):
        return None
    not_before = None
    if "ExpireAfter" in config:
        not_before = datetime.now(UTC) - duration(config["ExpireAfter"])
    s3 = place.site.s3
    try:
        return place.site.cache.find(
            pipeline=place.site.pipeline,
            step=node.name,
            type_=node.type,
            key=cache_key(node.type, arguments),
            not_before=not_before,
            is_kept=lambda entry: all(s3.exists(uri) for uri in type_.kept(entry.properties)),
        )
    except CacheError as error:
        place.tell(StepWarned(step=node.name, message=f"no step is taken from the cache: {error}"))
        return None


def _remember(
    node: Node,
    arguments: Mapping[str, Json],
    place: StepPlace,
    result: StepResult,
) -> None:
    if not is_listed(node.type) or result.status != "Succeeded":
        return
    entry = CachedStep(
        execution_id=place.site.execution_id,
        ended=now(),
        properties=result.properties,
        metrics=result.metrics,
    )
    try:
        place.site.cache.remember(
            pipeline=place.site.pipeline,
            step=node.name,
            type_=node.type,
            key=cache_key(node.type, arguments),
            entry=entry,
        )
    except CacheError as error:
        place.tell(StepWarned(step=node.name, message=f"the cache does not keep it: {error}"))


def _finish(
    node: Node, place: StepPlace, result: StepResult, cache_hit: str | None = None
) -> StepResult:
    started = place.recorder.step(node.name).started
    moment = now()
    place.recorder.update_step(
        node.name,
        status=result.status,
        started=started or moment,
        ended=moment,
        cache_hit=cache_hit,
        failure_reason=result.failure_reason,
        properties=result.properties,
        metrics=result.metrics,
        files=_property_files(node, place, result),
        outcome=result.outcome,
        conditions=tuple(asdict(each) for each in result.conditions),
        model_package=result.model_package,
    )
    return result


def _property_files(node: Node, place: StepPlace, result: StepResult) -> dict[str, Json]:
    if result.status != "Succeeded":
        return {}
    files: dict[str, Json] = {}
    for each in node.step.get("PropertyFiles") or ():
        name = each["PropertyFileName"]
        try:
            files[name] = read_property_file(each, result.properties, place.site.s3)
        except (S3Error, ValueError) as error:
            message = f"property file `{name}`: {error}"
            place.tell(StepWarned(step=node.name, message=message))
    return files


def read_property_file(declared: Mapping[str, Json], properties: Json, s3: LocalS3) -> Json:
    """Return the JSON of a property file out of the output that the step has kept.

    Raises `S3Error` if it is not there or is no JSON, and `ValueError` if the output is not there.
    """
    for output in properties.get("ProcessingOutputConfig", {}).get("Outputs", ()):
        if output["OutputName"] == declared["OutputName"]:
            uri = f"{output['S3Output']['S3Uri'].rstrip('/')}/{declared['FilePath']}"
            try:
                return read_json(s3.read(uri))
            except ValueError as error:
                raise S3Error(uri, str(error)) from None
    raise ValueError(f"the step has no output `{declared['OutputName']}`")


def why_no_property_file(node: Node, name: str, properties: Json, s3: LocalS3) -> str:
    """Say why the step that has ended has no property file of this name."""
    for each in node.step.get("PropertyFiles") or ():
        if each["PropertyFileName"] == name:
            try:
                read_property_file(each, properties, s3)
            except (S3Error, ValueError) as error:
                return str(error)
    return f"step `{node.name}` wrote no JSON file for it"


def _ending() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(10))
