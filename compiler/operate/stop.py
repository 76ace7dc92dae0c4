"""Stop an execution."""

from compiler.deploy.aws import Aws, AwsError
from compiler.operate.executions import read_execution


def stop_execution(aws: Aws, arn: str) -> None:
    """Tell an execution to stop; one that ends already is none to stop."""
    try:
        aws.call("sagemaker", "StopPipelineExecution", PipelineExecutionArn=arn)
    except AwsError:
        if read_execution(aws, arn).status == "Executing":
            raise
