"""Whether somebody's upsert of a pipeline is at work, so that nobody else should touch it."""

from compiler.deploy.aws import Aws
from compiler.deploy.record import read_record, record_place
from compiler.operate.refusal import NotDoneError


def check_at_rest(aws: Aws, storage: str, pipeline: str) -> None:
    """Raise NotDoneError if an upsert has claimed the record of a pipeline."""
    claim = read_record(aws, record_place(storage, pipeline, aws.account, aws.home)).claim
    if claim is not None and claim.is_active:
        raise NotDoneError(f"an upsert of `{pipeline}` that {claim.by} has begun is at work")
