"""Whether somebody is at work on a pipeline, and being at work on it oneself.

A deletion and a rollback claim the record of a pipeline as an upsert does, so that none of them
works while another does. Where there is no record, nothing can be claimed.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from compiler.deploy.aws import Aws, AwsError
from compiler.deploy.record import (
    Record,
    TakenError,
    claim,
    read_record,
    record_place,
    release,
)
from compiler.operate.refusal import NotDoneError


def read_at_rest(aws: Aws, storage: str, pipeline: str) -> Record:
    """Return the record of a pipeline; raises NotDoneError if somebody has claimed it."""
    record = read_record(aws, record_place(storage, pipeline, aws.account, aws.home))
    if record.claim is not None and record.claim.is_active:
        raise NotDoneError(
            f"an upsert, a rollback or a deletion of `{pipeline}` that {record.claim.by} has begun"
            " is at work"
        )
    return record


@dataclass(slots=True)
class Hold:
    """The record of a pipeline while it is claimed; None if there is none to claim."""

    aws: Aws
    pipeline: str
    record: Record | None

    def renew(self) -> None:
        """Claim the record for longer, once half of the time is over."""
        held = self.record.claim if self.record is not None else None
        if held is not None and time.time() > (held.since + held.until) / 2:
            self.record = _claimed(self.aws, self.pipeline, self.record)

    def forget(self) -> None:
        """Know that the record is gone, so that there is nothing to give back."""
        self.record = None


@contextmanager
def holding(aws: Aws, pipeline: str, record: Record | None) -> Iterator[Hold]:
    """Claim a record as it was read, and give it back at the end.

    Raises NotDoneError if it is no longer what was read. A claim that can't be given back runs out.
    """
    hold = Hold(aws=aws, pipeline=pipeline, record=_claimed(aws, pipeline, record))
    try:
        yield hold
    finally:
        if hold.record is not None:
            with suppress(AwsError, TakenError):
                release(aws, hold.record)


def _claimed(aws: Aws, pipeline: str, record: Record | None) -> Record | None:
    taken = NotDoneError(f"somebody else has begun to work on `{pipeline}` meanwhile: look again")
    if record is not None and record.etag is not None:
        try:
            return claim(aws, record)
        except TakenError as error:
            raise taken from error
    if record is not None and read_record(aws, record.place).etag is not None:
        raise taken
    return None
