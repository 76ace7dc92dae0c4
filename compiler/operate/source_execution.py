"""The execution from which a selective one has the results of steps that it does not run."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from compiler.deploy.aws import Aws
from compiler.diagnostics.diagnostic import listing
from compiler.operate.arns import execution_arn, parse_arn
from compiler.operate.executions import Execution, list_executions, read_execution
from compiler.operate.refusal import NotDoneError
from compiler.operate.selection import Selection
from compiler.operate.start import Runnable
from compiler.operate.step_runs import read_step_runs

# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_SelectiveExecutionConfig.html:
# it has succeeded or failed; the first are the better ones.
ADMITTED = ("Succeeded", "Failed")
# Each costs a call: one that is older has hardly the results that are meant.
MOST = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """The execution, and whether pipec has chosen it."""

    execution: Execution
    is_chosen: bool


def find_source(
    aws: Aws, pipeline: Runnable, selection: Selection, given: str | None
) -> Source | None:
    """Return the source of a selection, None if it needs none; raises NotDoneError.

    `given` is the ARN or the id of the one that the caller wants.
    """
    if given is not None:
        return Source(execution=_checked(aws, pipeline.arn, selection, given), is_chosen=False)
    if not selection.needs:
        return None
    ended = (each for each in list_executions(aws, pipeline.asked) if each.status in ADMITTED)
    candidates = list(islice(ended, MOST))
    for each in sorted(candidates, key=lambda each: ADMITTED.index(each.status)):
        if not _lacking(aws, each.arn, selection.needs):
            return Source(execution=each, is_chosen=True)
    wanted = listing(selection.needs)
    raise NotDoneError(
        f"the selected steps need results of {wanted}, and"
        f" {_none(len(candidates))} has them: select those steps too, with `+step`"
    )


def _none(candidates: int) -> str:
    if candidates == MOST:
        return f"none of the newest {MOST} executions that have ended"
    return "no execution"


def _checked(aws: Aws, pipeline: str, selection: Selection, given: str) -> Execution:
    arn = execution_arn(pipeline, given)
    parts = parse_arn(arn)
    if parts is None or parts.execution is None:
        raise NotDoneError(f"`{given}` is neither the id nor the ARN of an execution")
    if parts.pipeline != pipeline:
        raise NotDoneError(f"the source `{given}` is an execution of another pipeline")
    execution = read_execution(aws, arn)
    if execution.status not in ADMITTED:
        expected = " or ".join(ADMITTED)
        raise NotDoneError(f"the source `{given}` is {execution.status}, it must be {expected}")
    lacking = _lacking(aws, arn, selection.needs)
    if lacking:
        raise NotDoneError(
            f"the source `{given}` has no result of {listing(lacking)}, which the selected"
            " steps need"
        )
    return execution


def _lacking(aws: Aws, arn: str, needs: Mapping[str, frozenset[str]]) -> list[str]:
    runs = {run.name: run.status for run in read_step_runs(aws, arn) if run.iteration is None}
    return [name for name, admitted in needs.items() if runs.get(name) not in admitted]
