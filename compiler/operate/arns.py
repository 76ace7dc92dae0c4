"""The ARNs of pipelines and of their executions, taken apart."""

import re
from dataclasses import dataclass

PATTERN = re.compile(
    r"(?P<pipeline>arn:aws[a-z-]*:sagemaker:(?P<region>[a-z0-9-]+):(?P<account>\d{12})"
    r":pipeline/(?P<name>[^/]+))(/execution/(?P<execution>[^/]+))?"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class PipelineArn:
    """The ARN of a pipeline, which has its name in lower case, or of one of its executions."""

    pipeline: str
    region: str
    account: str
    name: str
    execution: str | None

    @property
    def text(self) -> str:
        """The ARN itself."""
        return execution_arn(self.pipeline, self.execution) if self.execution else self.pipeline


def parse_arn(text: str) -> PipelineArn | None:
    """Return the parts of an ARN, None if it is of something else."""
    found = PATTERN.fullmatch(text)
    return PipelineArn(**found.groupdict()) if found is not None else None


def execution_arn(pipeline: str, execution: str) -> str:
    """Return the ARN of an execution, of which only the id may be given."""
    if execution.startswith("arn:"):
        return execution
    return f"{pipeline}/execution/{execution}"


def execution_id(arn: str) -> str:
    """Return the id of an execution: the end of its ARN."""
    return arn.rpartition("/")[2]
