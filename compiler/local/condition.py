"""The condition step: decides which of its branches runs."""

from compiler.local.conditions import evaluate_conditions
from compiler.local.step_type import LocalStepType, StepResult, StepRun


def run(run_: StepRun) -> StepResult:
    """Evaluate the conditions; all of them have to hold."""
    holds, evaluated = evaluate_conditions(run_.step["Arguments"]["Conditions"], run_.scope)
    outcome = "true" if holds else "false"
    return StepResult(properties={"Outcome": outcome}, outcome=outcome, conditions=evaluated)


CONDITION = LocalStepType(type="Condition", names=("condition",), run=run)
