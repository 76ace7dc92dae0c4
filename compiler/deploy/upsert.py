"""Carry out a plan: upload, claim the record, look again, call, and record what was made."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from compiler.compile import CompiledPipeline
from compiler.deploy.aws import Answer, Aws, AwsError
from compiler.deploy.calls import ARN, Call
from compiler.deploy.objects import upload
from compiler.deploy.plan import Plan
from compiler.deploy.planning import basis, planned_calls
from compiler.deploy.record import Record, TakenError, claim, release, renew, settle
from compiler.deploy.world import World, read_world

VERB = re.compile(r"Create|Update|Put|Add|Delete|Remove")
Listener: TypeAlias = Callable[[str], None]


class MovedError(Exception):
    """What is deployed is no longer what the plan was made for; nothing was changed."""


class TakenOverError(Exception):
    """Another upsert has taken this one for dead, and gone on in its place."""


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

    Raises MovedError if something has changed since, TakenOverError if it took so long that another
    upsert has gone on in its place, and AwsError if a call has failed: then what is deployed is the
    old pipeline or the new one, and another upsert does the rest.
    """
    if plan.is_empty:
        return Upserted(arn=_arn(world), uploads=0, calls=0)
    upload(aws, world.uploads)
    for each in plan.uploads:
        tell(f"s3:PutObject {each.uri}")
    if not (plan.calls or plan.needs_record):
        return Upserted(arn=_arn(world), uploads=len(world.uploads), calls=0)
    turn = _Turn(aws=aws, record=_claimed(aws, world.record))
    try:
        arn = _call(turn, pipeline, world, plan, tell)
    except BaseException:
        turn.give_back()
        raise
    turn.settle(world)
    return Upserted(arn=arn, uploads=len(world.uploads), calls=len(plan.calls))


@dataclass(kw_only=True, slots=True)
class _Turn:
    """The turn of an upsert: its claim on the record, if there is one, renewed before each call."""

    aws: Aws
    record: Record | None

    def hold(self) -> None:
        """See that the claim outlasts the next call."""
        if self.record is not None:
            try:
                self.record = renew(self.aws, self.record)
            except TakenError as error:
                raise TakenOverError from error

    def settle(self, world: World) -> None:
        """Record what was deployed, and give the claim back."""
        if self.record is not None:
            try:
                settle(self.aws, self.record, world.wanted)
            except TakenError as error:
                raise TakenOverError from error

    def give_back(self) -> None:
        """Release the claim; if that fails too, it runs out by itself."""
        if self.record is not None:
            with suppress(AwsError, TakenError):
                release(self.aws, self.record)


def _claimed(aws: Aws, record: Record | None) -> Record | None:
    if record is None:
        return None
    try:
        return claim(aws, record)
    except TakenError as error:
        raise MovedError("another upsert of this pipeline has begun since the plan") from error


def _call(turn: _Turn, pipeline: CompiledPipeline, world: World, plan: Plan, tell: Listener) -> str:
    """Make the calls, if what is deployed is still what it was; return the pipeline's ARN."""
    if basis(read_world(turn.aws, pipeline)) != plan.basis:
        raise MovedError("what is deployed has changed since the plan")
    arn = _arn(world)
    for call in plan.calls:
        turn.hold()
        answer = _made(turn.aws, pipeline, _addressed(call, arn))
        arn = str(answer.get("PipelineArn", arn))
        tell(call.words)
    return arn


def _made(aws: Aws, pipeline: CompiledPipeline, call: Call) -> Answer:
    """Make a call; one that fails has succeeded if it is no longer needed.

    An attempt whose answer was lost makes the next one fail: what it creates is there already, what
    it deletes is gone.
    """
    try:
        answer = aws.call(call.service, call.operation, **call.request)
    except AwsError as error:
        if error.is_denied:
            raise
        now = read_world(aws, pipeline)
        if any(_is_about(call, each) for each in planned_calls(now)):
            raise
        return {"PipelineArn": _arn(now)}
    return answer


def _is_about(call: Call, other: Call) -> bool:
    """Return whether a call is for the same thing: to create it or to update it, all or a part."""
    one, two = (VERB.sub("", each.operation, count=1) for each in (call, other))
    return one == two and not set(call.subjects).isdisjoint(other.subjects)


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


def _arn(world: World) -> str:
    return world.deployed.arn or ARN
