"""The fail step: ends the execution with a message."""

from compiler.local.step_type import LocalStepType, StepResult, StepRun


def run(run_: StepRun) -> StepResult:
    """Fail with the message; steps that run meanwhile finish, no other starts."""
    message = str(run_.arguments.get("ErrorMessage", ""))
    return StepResult(status="Failed", failure_reason=message, properties={"ErrorMessage": message})


FAIL = LocalStepType(type="Fail", names=("fail",), run=run)
