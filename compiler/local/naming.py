"""What things of an execution are called where no service gives them names."""

import re

from compiler.sagemaker.regions import partition_of

# Nobody's account, and a region, where a pipeline names none.
ACCOUNT, REGION = "000000000000", "us-east-1"
# What the service allows for the names of jobs.
JOB_NAME_LIMIT = 63


def arn_of(resource: str, *, account: str, region: str) -> str:
    """Return the ARN that SageMaker would give a resource."""
    partition = partition_of(region)
    return f"arn:{partition}:sagemaker:{region}:{account}:{resource}"


def name_of_job(execution_id: str, step: str, ending: str) -> str:
    """Return the name of the job of a step; the `ending` tells one attempt from another."""
    start = re.sub(r"[^a-zA-Z0-9-]", "-", f"pipelines-{execution_id}-{step}")
    return f"{start[: JOB_NAME_LIMIT - len(ending) - 1].rstrip('-')}-{ending}"
