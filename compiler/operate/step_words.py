"""What a step of an execution does and has found, in words for people."""

from collections.abc import Callable, Iterator, Mapping

from compiler.local.resolve import Json
from compiler.operate.arns import execution_id
from compiler.operate.step_runs import StepRun
from compiler.report.figures import duration

Metadata = Mapping[str, Json]


def doing_words(run: StepRun) -> str:
    """Return what a step that has just begun is about."""
    said = [*_item(run), *_facts(run)]
    return ", ".join(said) or "started"


def ending_words(run: StepRun, now: float) -> str:
    """Return how a step stands: its status, how long it took and what it has found."""
    if run.cached is not None:
        said = [f"taken from the cache, of execution {execution_id(run.cached)}"]
    elif run.reused is not None:
        said = [f"not run, taken from execution {execution_id(run.reused)}"]
    else:
        said = [f"{run.status.lower()}{_time(run, now)}"]
    if run.attempts > 1:
        said.append(f"attempt {run.attempts}")
    return ", ".join([*said, *_item(run), *_facts(run)])


def _time(run: StepRun, now: float) -> str:
    seconds = run.seconds(now)
    if seconds is None:
        return ""
    return f" {'in' if run.has_ended else 'for'} {duration(seconds)}"


def _item(run: StepRun) -> Iterator[str]:
    if run.iteration is not None:
        yield f"for item {run.iteration.index} of {run.iteration.parent}: {run.iteration.item}"


def _facts(run: StepRun) -> Iterator[str]:
    tell = FACTS.get(run.kind, _resource)
    return tell(run.metadata)


def _resource(metadata: Metadata) -> Iterator[str]:
    """Yield the kind and the name of the resource, a job mostly, that the step has made."""
    arn = metadata.get("Arn") or metadata.get("CheckJobArn")
    if not isinstance(arn, str) or arn.count(":") < 5:
        return
    kind, _, name = arn.split(":", 5)[5].replace(":", "/").partition("/")
    yield f"{kind.replace('-', ' ')} {name}"


def _model_package(metadata: Metadata) -> Iterator[str]:
    yield from _resource(metadata)
    if metadata.get("Arn"):
        yield str(metadata["Arn"])


def _condition(metadata: Metadata) -> Iterator[str]:
    outcome = str(metadata.get("Outcome", "")).lower()
    if outcome:
        yield f"{outcome}, so `{'then' if outcome == 'true' else 'else'}` is taken"


def _callback(metadata: Metadata) -> Iterator[str]:
    if "CallbackToken" in metadata:
        yield f"callback token {metadata['CallbackToken']} sent to {metadata.get('SqsQueueUrl')}"
    yield from _outputs(metadata)


def _lambda(metadata: Metadata) -> Iterator[str]:
    yield from _resource(metadata)
    yield from _outputs(metadata)


def _outputs(metadata: Metadata) -> Iterator[str]:
    for each in metadata.get("OutputParameters") or ():
        yield f"{each.get('Name')} = {each.get('Value')}"


def _check(metadata: Metadata) -> Iterator[str]:
    if metadata.get("SkipCheck"):
        yield "not checked"
    yield from _resource(metadata)
    if metadata.get("ViolationReport"):
        yield f"violations in {metadata['ViolationReport']}"


def _for_each(metadata: Metadata) -> Iterator[str]:
    if "InputItemCount" in metadata:
        yield f"{metadata['InputItemCount']} items"
    total = metadata.get("TotalStepCount")
    if total is not None:
        yield f"{metadata.get('SucceededStepCount', 0)} of {total} steps succeeded"
    for member, word in (("FailedStepCount", "failed"), ("StoppedStepCount", "stopped")):
        if metadata.get(member):
            yield f"{metadata[member]} {word}"


def _log_file(metadata: Metadata) -> Iterator[str]:
    if metadata.get("LogFilePath"):
        yield f"its log is {metadata['LogFilePath']}"


def _athena(metadata: Metadata) -> Iterator[str]:
    if metadata.get("QueryExecutionId"):
        yield f"query {metadata['QueryExecutionId']}"


def _nothing(_: Metadata) -> Iterator[str]:
    yield from ()


# By the member of the metadata that AWS gives; of all others the resource is told.
FACTS: Mapping[str, Callable[[Metadata], Iterator[str]]] = {
    "RegisterModel": _model_package,
    "Condition": _condition,
    "Callback": _callback,
    "Lambda": _lambda,
    "QualityCheck": _check,
    "ClarifyCheck": _check,
    "ForEach": _for_each,
    "EMR": _log_file,
    "EMRServerless": _log_file,
    "Athena": _athena,
    "Fail": _nothing,
}
