"""Why a step ran or did not, in one sentence."""

from compiler.local.graph import ADMITTED, Need
from compiler.trial.evaluate import Evaluation, StepOutcome

ENDS = {"Completed": "succeed", "Failed": "fail", "Stopped": "be stopped", "Any": "end"}
ENDED = {
    "Succeeded": "succeeded",
    "Failed": "failed",
    "Stopped": "was stopped",
    "Skipped": "was skipped",
    "NotStarted": "did not start",
}


def why(evaluation: Evaluation, name: str) -> str | None:
    """Say why a step has ended as it did, if it is not plain."""
    step = evaluation.steps.get(name)
    if step is None:
        return None
    if step.status == "Failed":
        return f"`{name}` failed: {step.failure}"
    if step.status in ("Skipped", "NotStarted"):
        return _why_not(evaluation, step)
    branch = step.node.branch
    return branch_taken(evaluation, branch.condition) if branch is not None else None


def branch_taken(evaluation: Evaluation, condition: str) -> str | None:
    """Say which branch a condition step took, and by which of its conditions."""
    step = evaluation.steps[condition]
    if step.branch is None:
        return why(evaluation, condition)
    said = " and ".join(each.text for each in step.conditions if each.result)
    if step.branch == "else":
        said = " and ".join(each.text for each in step.conditions if not each.result)
    holds = "holds" if step.branch == "then" else "does not hold"
    return f"`{condition}` took `{step.branch}`: {said} {holds}"


def _why_not(evaluation: Evaluation, step: StepOutcome) -> str | None:
    branch = step.node.branch
    if branch is not None:
        condition = evaluation.steps[branch.condition]
        if condition.status != "Succeeded":
            return f"the condition `{branch.condition}` {ENDED[condition.status]}"
        if condition.branch != branch.outcome:
            return branch_taken(evaluation, branch.condition)
    for need in step.node.needs:
        other = evaluation.steps.get(need.step)
        if other is not None and other.status not in ADMITTED[need.trigger]:
            return _waits(need, other)
    if evaluation.failure is not None:
        return f"the execution had failed: {evaluation.failure}"
    return "the execution had been stopped" if evaluation.status == "Stopped" else None


def _waits(need: Need, other: StepOutcome) -> str:
    reason = f": {other.failure}" if other.failure else ""
    how = ENDS[need.trigger]
    return f"it waits for `{need.step}` to {how}, which {ENDED[other.status]}{reason}"
