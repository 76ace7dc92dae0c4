"""Delete a pipeline: first what starts it, then itself, and last what is known of it.

So a failure leaves a pipeline that nothing starts, or traces of one that is gone, and another
deletion finds the rest.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from compiler.deploy.aws import Aws, AwsError
from compiler.deploy.objects import Place
from compiler.deploy.upsert import Listener
from compiler.diagnostics.diagnostic import listing
from compiler.operate.at_work import Hold
from compiler.operate.belongings import Belongings, running_executions
from compiler.operate.clock import Clock
from compiler.operate.executions import read_execution
from compiler.operate.refusal import NotDoneError
from compiler.operate.stop import stop_execution
from compiler.starts import schedule_group

POLL_SECONDS = 5.0
# How long a job may take to end; SageMaker gives a training job two minutes.
STOP_SECONDS = 900.0
# Of one request.
MOST_KEYS = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Extent:
    """What goes beside the pipeline: its artifacts, and executions that run, which are stopped."""

    artifacts: bool
    stop: bool


def delete(
    aws: Aws, found: Belongings, extent: Extent, *, hold: Hold, clock: Clock, tell: Listener
) -> None:
    """Delete what there is of a pipeline, of which the record is held.

    Raises AwsError if a call has failed, and NotDoneError if an execution runs that is not to be
    stopped, or does not end.
    """
    for rule in found.rules:
        if rule.targets:
            aws.find("events", "RemoveTargets", Rule=rule.name, Ids=list(rule.targets))
        if rule.is_ours:
            aws.find("events", "DeleteRule", Name=rule.name)
        tell(f"rule {rule.name}")
    for schedule in found.schedules:
        group = schedule_group(found.name)
        aws.find("scheduler", "DeleteSchedule", GroupName=group, Name=schedule)
        tell(f"schedule {schedule}")
    if found.group is not None:
        aws.find("scheduler", "DeleteScheduleGroup", Name=found.group)
        tell(f"schedule group {found.group}")
    if found.exists:
        _end_executions(aws, found.name, extent, hold, clock, tell)
        aws.find("sagemaker", "DeletePipeline", PipelineName=found.name)
        tell(f"pipeline {found.arn}")
    if extent.artifacts:
        _delete_objects(aws, found.objects)
        if found.objects:
            tell(f"{len(found.objects)} objects below {found.storage}/{found.name}")
    if found.record is not None:
        _delete_objects(aws, (found.record,))
        hold.forget()
        tell(f"record {found.record.uri}")


def _end_executions(
    aws: Aws, pipeline: str, extent: Extent, hold: Hold, clock: Clock, tell: Listener
) -> None:
    """Stop what runs, also what has been started since it was last listed, and wait for its end."""
    end = clock.now() + STOP_SECONDS
    while running := running_executions(aws, pipeline):
        if not extent.stop:
            ids = listing(each.id for each in running)
            raise NotDoneError(
                f"`{pipeline}` has been started meanwhile, as {ids}, and is not deleted; its rules"
                " and schedules are: wait and delete again, or give --stop"
            )
        for execution in running:
            if execution.status == "Executing":
                stop_execution(aws, execution.arn)
                tell(f"stopping execution {execution.id}")
        for execution in running:
            while not read_execution(aws, execution.arn).is_over:
                if clock.now() > end:
                    raise NotDoneError(
                        f"execution {execution.id} has not ended {STOP_SECONDS / 60:.0f} minutes"
                        " after it was told to: delete again later"
                    )
                clock.sleep(POLL_SECONDS)
                hold.renew()


def _delete_objects(aws: Aws, places: Iterable[Place]) -> None:
    by_bucket: dict[str, list[str]] = {}
    for place in places:
        by_bucket.setdefault(place.bucket, []).append(place.key)
    for bucket, keys in by_bucket.items():
        for start in range(0, len(keys), MOST_KEYS):
            some = keys[start : start + MOST_KEYS]
            objects = [{"Key": key} for key in some]
            answer = aws.call(
                "s3", "DeleteObjects", Bucket=bucket, Delete={"Objects": objects, "Quiet": True}
            )
            for error in answer.get("Errors") or ():
                message = f"{error.get('Key')}: {error.get('Message')}"
                raise AwsError(message, str(error.get("Code")), "DeleteObjects")
