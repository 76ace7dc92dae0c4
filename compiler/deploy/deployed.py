"""What is in AWS now of a pipeline and of what belongs to it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from compiler.deploy.aws import Answer, Aws, AwsError
from compiler.deploy.deployment import Deployment
from compiler.deploy.starts import Starts, read_starts
from compiler.local.resolve import Json

# Tags with these beginnings are set by AWS itself, and by Studio.
OTHERS_TAGS = ("aws:", "sagemaker:")
NOTHING = Deployment(definition=None, role=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Deployed:
    """What is there under the name of a pipeline.

    `arn` is None if there is no pipeline; then `deployment` has only what still starts it.
    """

    arn: str | None
    deployment: Deployment
    starts: Starts

    @property
    def pipeline(self) -> Deployment | None:
        """What is deployed, None if there is no pipeline."""
        return self.deployment if self.arn is not None else None


def describe(aws: Aws, name: str, **version: str | int) -> Answer | None:
    """Return the description of a pipeline by name or ARN, None if there is no such pipeline.

    AWS says that it is not there. Stand-ins say that something is wrong with the request, as AWS
    does for a wrong name; then the list of the pipelines decides.
    """
    try:
        return aws.find("sagemaker", "DescribePipeline", PipelineName=name, **version)
    except AwsError as error:
        if error.code != "ValidationException" or version:
            raise
        listed = aws.pages(
            "sagemaker", "ListPipelines", "PipelineSummaries", PipelineNamePrefix=name
        )
        if any(name in (each["PipelineName"], each["PipelineArn"]) for each in listed):
            raise
        return None


def read_deployed(
    aws: Aws, name: str, wanted: Deployment = NOTHING, recorded: Deployment | None = None
) -> Deployed:
    """Return what there is under a name.

    `wanted` and `recorded` say what is to be looked at that has another form than ours.
    """
    answer = describe(aws, name)
    arn = answer["PipelineArn"] if answer is not None else None
    starts = read_starts(aws, name, arn, wanted, recorded)
    if answer is None:
        deployment = Deployment(
            definition=None, role=None, schedules=starts.schedules, triggers=starts.triggers
        )
        return Deployed(arn=None, deployment=deployment, starts=starts)
    parallelism = answer.get("ParallelismConfiguration", {})
    return Deployed(
        arn=arn,
        starts=starts,
        deployment=Deployment(
            definition=parsed_definition(answer),
            role=answer.get("RoleArn"),
            description=answer.get("PipelineDescription") or "",
            parallelism=parallelism.get("MaxParallelExecutionSteps"),
            tags=dict(_tags(aws, answer["PipelineArn"])),
            schedules=starts.schedules,
            triggers=starts.triggers,
        ),
    )


def parsed_definition(answer: Answer) -> Json:
    """Return the definition in a description; one that is no JSON as the text that it is."""
    text = answer.get("PipelineDefinition") or ""
    try:
        value: Json = json.loads(text)
    except ValueError:
        return str(text)
    return value


def _tags(aws: Aws, arn: str) -> Iterator[tuple[str, str]]:
    for tag in aws.pages("sagemaker", "ListTags", "Tags", ResourceArn=arn):
        if not tag["Key"].startswith(OTHERS_TAGS):
            yield tag["Key"], tag["Value"]
