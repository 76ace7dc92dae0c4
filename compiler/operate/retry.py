"""Go on with an execution that failed or was stopped."""

from compiler.deploy.aws import Aws
from compiler.operate.executions import Execution
from compiler.operate.refusal import NotDoneError

CAN_BE = ("Failed", "Stopped")


def retry_execution(aws: Aws, execution: Execution, *, token: str) -> None:
    """Retry an execution; raises NotDoneError if it is in no state for that."""
    if execution.status not in CAN_BE:
        expected = " or ".join(CAN_BE)
        raise NotDoneError(
            f"execution {execution.id} is {execution.status}: only one that is {expected}"
            " can be retried"
        )
    aws.call(
        "sagemaker",
        "RetryPipelineExecution",
        PipelineExecutionArn=execution.arn,
        ClientRequestToken=token,
    )
