"""Play the operations on executions; how they go is in `script.py`."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tests.aws.calls import Call
from tests.aws.definitions import parameters_of, parsed
from tests.aws.paging import created_between, in_order, page, token_of
from tests.aws.refusals import RefusedError, invalid
from tests.aws.script import frames_of, next_script, poll, stopped
from tests.aws.versions import version_asked
from tests.aws.world import Execution, World, person, told

OVER = frozenset({"Failed", "Stopped", "Succeeded", "CompletedWithFailures"})


def start_pipeline_execution(world: World, call: Call) -> dict[str, Any]:
    """Start a version of a pipeline; the same request with the same token starts it once."""
    request = call.request
    pipeline = world.pipeline(call, request["PipelineName"])
    before = world.before(call, pipeline.name)
    if before in world.executions:
        return {"PipelineExecutionArn": before}
    version = version_asked(pipeline, request)
    parameters = parameters_of(version.definition, request.get("PipelineParameters", []))
    selected = request.get("SelectiveExecutionConfig")
    check_selected(version.definition, selected)
    now = world.now()
    world.started += 1
    arn = f"{pipeline.arn}/execution/e{world.started:011d}"
    world.executions[arn] = Execution(
        arn=arn,
        pipeline=pipeline,
        version=version,
        display_name=request.get("PipelineExecutionDisplayName"),
        description=request.get("PipelineExecutionDescription"),
        parameters=parameters,
        started=now,
        modified=now,
        by=person(call),
        parallelism=request.get("ParallelismConfiguration", pipeline.parallelism),
        selected=selected,
        frames=frames_of(next_script(world), now),
    )
    started = world.keep_version(pipeline, replace(version, last_execution=arn))
    world.keep(replace(started, last_run=now))
    world.remember(call, pipeline.name, arn)
    return {"PipelineExecutionArn": arn}


def check_selected(definition: str, selected: dict[str, Any] | None) -> None:
    """Say no to the choice of steps that are not there."""
    known = set(names_in(parsed(definition)["Steps"]))
    for step in selected["SelectedSteps"] if selected is not None else ():
        if step["StepName"] not in known:
            raise invalid(f"Step {step['StepName']} is not in the pipeline definition.")


def names_in(steps: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the names of steps, and of those in their branches."""
    for step in steps:
        yield step["Name"]
        for branch in ("IfSteps", "ElseSteps"):
            yield from names_in(step.get("Arguments", {}).get(branch) or [])


def describe_pipeline_execution(world: World, call: Call) -> dict[str, Any]:
    """Describe an execution; this is a poll."""
    run = poll(world, call)
    return told(
        PipelineArn=run.pipeline.arn,
        PipelineExecutionArn=run.arn,
        PipelineExecutionDisplayName=run.display_name or run.arn.rpartition("/")[2],
        PipelineExecutionStatus=run.frame.status,
        PipelineExecutionDescription=run.description,
        FailureReason=run.frame.failure,
        CreationTime=run.started,
        LastModifiedTime=run.modified,
        CreatedBy=run.by,
        LastModifiedBy=run.by,
        ParallelismConfiguration=run.parallelism,
        SelectiveExecutionConfig=run.selected,
        PipelineVersionId=run.version.number,
        PipelineVersionAliases=aliases_now(world, run),
    )


def aliases_now(world: World, run: Execution) -> list[str]:
    """Return the aliases that the version of an execution has by now."""
    pipeline = world.pipelines.get(run.pipeline.arn, run.pipeline)
    return [a for v in pipeline.versions if v.number == run.version.number for a in v.aliases]


def list_pipeline_execution_steps(world: World, call: Call) -> dict[str, Any]:
    """List the steps of an execution, the latest first; the first page is a poll."""
    _, at = token_of(call.request)
    run = poll(world, call) if at is None else world.execution(call.request["PipelineExecutionArn"])
    at = run.at if at is None else min(at, len(run.frames) - 1)
    steps = in_order(list(run.frames[at].steps), call.request, descending=True)
    items, token = page(steps, call.request, world.page_size, mark=at)
    return told(PipelineExecutionSteps=items, NextToken=token)


def list_pipeline_executions(world: World, call: Call) -> dict[str, Any]:
    """List the executions of a pipeline, the newest first."""
    request = call.request
    pipeline = world.pipeline(call, request["PipelineName"])
    own = [run for run in world.executions.values() if run.pipeline.arn == pipeline.arn]
    if "PipelineVersionAlias" in request:
        number = version_asked(pipeline, request).number
        own = [run for run in own if run.version.number == number]
    found = [
        told(
            PipelineExecutionArn=run.arn,
            StartTime=run.started,
            PipelineExecutionStatus=run.frame.status,
            PipelineExecutionDescription=run.description,
            PipelineExecutionDisplayName=run.display_name or run.arn.rpartition("/")[2],
            PipelineExecutionFailureReason=run.frame.failure,
            PipelineVersionAliases=aliases_now(world, run),
        )
        for run in own
    ]
    by_arn = request.get("SortBy") == "PipelineExecutionArn"
    found.sort(key=lambda item: item["PipelineExecutionArn" if by_arn else "StartTime"])
    found = in_order(created_between(found, request), request, descending=True)
    items, token = page(found, request, world.page_size)
    return told(PipelineExecutionSummaries=items, NextToken=token)


def describe_pipeline_definition_for_execution(world: World, call: Call) -> dict[str, Any]:
    """Return the definition that an execution was started with."""
    run = world.execution(call.request["PipelineExecutionArn"])
    return {"PipelineDefinition": run.version.definition, "CreationTime": run.version.created}


def list_pipeline_parameters_for_execution(world: World, call: Call) -> dict[str, Any]:
    """List the parameters of an execution with their values."""
    run = world.execution(call.request["PipelineExecutionArn"])
    found = [{"Name": name, "Value": value} for name, value in run.parameters.items()]
    items, token = page(found, call.request, world.page_size)
    return told(PipelineParameters=items, NextToken=token)


def stop_pipeline_execution(world: World, call: Call) -> dict[str, Any]:
    """Stop an execution: it is Stopping at the next poll, and Stopped at the one after."""
    run = world.execution(call.request["PipelineExecutionArn"])
    if run.frame.status in OVER:
        message = f"Pipeline execution '{run.arn}' is {run.frame.status} already."
        raise RefusedError("ConflictException", message)
    if run.frame.status == "Executing":
        world.executions[run.arn] = stopped(run, world.now())
    return {"PipelineExecutionArn": run.arn}


def retry_pipeline_execution(world: World, call: Call) -> dict[str, Any]:
    """Run an execution on from where it failed or was stopped, by the next script."""
    run = world.execution(call.request["PipelineExecutionArn"])
    if world.before(call, run.arn) is not None:
        return {"PipelineExecutionArn": run.arn}
    if run.frame.status not in {"Failed", "Stopped"}:
        message = f"Pipeline execution '{run.arn}' is {run.frame.status}, not Failed or Stopped."
        raise RefusedError("ConflictException", message)
    now = world.now()
    frames = frames_of(next_script(world), now)
    world.executions[run.arn] = replace(
        run, modified=now, frames=frames, at=0, polled=frozenset()
    )  # fmt: skip
    world.remember(call, run.arn, run.arn)
    return {"PipelineExecutionArn": run.arn}


def update_pipeline_execution(world: World, call: Call) -> dict[str, Any]:
    """Name an execution, describe it, or let more of its steps run at once."""
    request = call.request
    run = world.execution(request["PipelineExecutionArn"])
    world.executions[run.arn] = replace(
        run,
        description=request.get("PipelineExecutionDescription", run.description),
        display_name=request.get("PipelineExecutionDisplayName", run.display_name),
        parallelism=request.get("ParallelismConfiguration", run.parallelism),
        modified=world.now(),
    )
    return {"PipelineExecutionArn": run.arn}
