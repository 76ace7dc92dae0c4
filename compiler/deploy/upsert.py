"""Carry out a plan: upload, claim the record, look again, call, and record what was made."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from compiler.compile import CompiledPipeline
from compiler.deploy.aws import Answer, Aws, AwsError
from compiler.deploy.calls import ARN, Call
from compiler.deploy.objects import upload
from compiler.deploy.plan import Plan
from compiler.deploy.planning import basis, planned_calls
from compiler.deploy.record import Record, TakenError, claim, release, settle
from compiler.deploy.world import World, read_world

VERB = re.compile(r"Create|Update|Put|Add|Delete|Remove")
Listener: TypeAlias = Callable[[str], None]


class MovedError(Exception):
    """What is deployed is no longer what the plan was made for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Upserted:
    """What has been done."""

    arn: str
    uploads: int
    calls: int


def upsert(
    aws: Aws, pipeline: CompiledPipeline, world: World, plan: Plan, tell: Listener
) -> Upserted:
    """Do what a plan says.

    Raises MovedError if something has changed since, and AwsError if a call has failed: then what
    is deployed is the old pipeline or the new one, and another upsert does the rest.
    """
    if plan.is_empty:
        return Upserted(arn=_arn(world), uploads=0, calls=0)
    upload(aws, world.uploads)
    for each in plan.uploads:
        tell(f"s3:PutObject {each.uri}")
    if not (plan.calls or plan.needs_record):
        return Upserted(arn=_arn(world), uploads=len(world.uploads), calls=0)
    record = _claimed(aws, world.record)
    try:
        done, arn = _call(aws, pipeline, world, plan, tell)
    except BaseException:
        _give_back(aws, record)
        raise
    if record is not None:
        _settled(aws, record, world)
    return Upserted(arn=arn, uploads=len(world.uploads), calls=done)


def _claimed(aws: Aws, record: Record | None) -> Record | None:
    if record is None:
        return None
    try:
        return claim(aws, record)
    except TakenError as error:
        raise MovedError("another upsert of this pipeline has begun since the plan") from error


def _call(
    aws: Aws, pipeline: CompiledPipeline, world: World, plan: Plan, tell: Listener
) -> tuple[int, str]:
    """Make the calls, if what is deployed is still what it was; return how many, and the ARN."""
    now = read_world(aws, pipeline)
    if basis(now) != plan.basis:
        raise MovedError("what is deployed has changed since the plan")
    arn = _arn(world)
    for call in plan.calls:
        answer = _made(aws, pipeline, _addressed(call, arn))
        arn = str(answer.get("PipelineArn", arn))
        tell(call.words)
    return len(plan.calls), arn


def _made(aws: Aws, pipeline: CompiledPipeline, call: Call) -> Answer:
    """Make a call; one that fails has succeeded if it is no longer needed.

    An attempt whose answer was lost makes the next one fail: what it creates is there already, what
    it deletes is gone.
    """
    try:
        answer = aws.call(call.service, call.operation, **call.request)
    except AwsError:
        now = read_world(aws, pipeline)
        if _thing(call) in map(_thing, planned_calls(now)):
            raise
        return {"PipelineArn": _arn(now)}
    return answer


def _thing(call: Call) -> tuple[str, str]:
    """Return what a call is about: `Pipeline`, whether it creates or updates it, and its name."""
    return VERB.sub("", call.operation, count=1), call.subject


def _addressed(call: Call, arn: str) -> Call:
    """Return a call with the ARN of the pipeline, which is known only once there is one."""
    return replace(call, request=_replaced(call.request, arn))


def _replaced(value: Any, arn: str) -> Any:
    match value:
        case str():
            return arn if value == ARN else value
        case dict():
            return {name: _replaced(member, arn) for name, member in value.items()}
        case list():
            return [_replaced(item, arn) for item in value]
        case _:
            return value


def _settled(aws: Aws, record: Record, world: World) -> None:
    try:
        settle(aws, record, world.wanted)
    except TakenError as error:
        message = "another upsert has taken over: this one had not ended in time"
        raise MovedError(message) from error


def _give_back(aws: Aws, record: Record | None) -> None:
    """Release the claim; if that fails too, it runs out by itself."""
    if record is None:
        return
    try:
        release(aws, record)
    except (AwsError, TakenError):
        return


def _arn(world: World) -> str:
    return world.deployed.arn if world.deployed is not None else ARN
