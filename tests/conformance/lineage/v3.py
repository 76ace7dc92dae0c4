"""Entities of lineage and what is between them, with SDK v3."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from typing import Any

from sagemaker.core.lambda_helper import Lambda
from sagemaker.core.lineage.action import Action
from sagemaker.core.lineage.artifact import Artifact
from sagemaker.core.lineage.context import Context
from sagemaker.core.workflow.execution_variables import ExecutionVariables
from sagemaker.core.workflow.functions import Join
from sagemaker.core.workflow.parameters import ParameterString
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.mlops.workflow import (
    LambdaStep,
    LineageAssociation,
    LineageEntityReference,
    LineageStep,
    Pipeline,
)

SESSION = PipelineSession(default_bucket="ml-dev")
SOURCE = ParameterString(name="source", default_value="s3://ml-dev/reviews/corpus/")
EXECUTION = ExecutionVariables.PIPELINE_EXECUTION_ID
EARLIER = "arn:aws:sagemaker:us-east-1:111122223333:artifact/0123456789abcdef0123456789abcdef"


def build(_: dict[str, Any]) -> Pipeline:
    review = Action.create(
        action_name="review",
        action_type="Approval",
        source_uri="s3://ml-dev/reviews/minutes.pdf",
        source_type="S3ETag",
        description="People looked at the data.",
        status="Completed",
        properties={"reviewer": "Ann", "execution": EXECUTION},
        sagemaker_session=SESSION,
    )
    corpus = Artifact.create(
        artifact_name="corpus",
        artifact_type="DataSet",
        source_uri=SOURCE,
        properties={"language": "en"},
        sagemaker_session=SESSION,
    )
    report = Artifact.create(
        artifact_name="report",
        artifact_type="Report",
        source_uri=Join(on="/", values=["s3://ml-dev/reports", EXECUTION, "report.html"]),
        sagemaker_session=SESSION,
    )
    run = Context.create(
        context_name="run",
        context_type="PipelineExecution",
        source_uri=ExecutionVariables.PIPELINE_EXECUTION_ARN,
        description="The run that used the data.",
        properties={"team": "nlp"},
        sagemaker_session=SESSION,
    )
    record = LineageStep(
        name="record",
        display_name="Record where the data is from",
        actions=[review],
        artifacts=[corpus, report],
        contexts=[run],
        associations=[
            _between(_own("corpus", "Artifact"), _own("review", "Action"), "ContributedTo"),
            _between(_own("review", "Action"), _own("report", "Artifact"), "Produced"),
            _between(LineageEntityReference(arn=EARLIER), _own("corpus", "Artifact"), None),
            _between(_own("report", "Artifact"), _own("run", "Context"), "AssociatedWith"),
        ],
    )
    arns = record.properties
    tell = LambdaStep(
        name="tell",
        lambda_func=Lambda(
            function_arn="arn:aws:lambda:us-east-1:111122223333:function:notify",
        ),
        inputs={
            "action": arns.ActionArns["review"],
            "corpus": arns.ArtifactArns["corpus"],
            "run": arns.ContextArns["run"],
        },
    )
    link = LineageStep(
        name="link",
        associations=[
            _between(
                LineageEntityReference(arn=arns.ArtifactArns["report"]),
                LineageEntityReference(arn=EARLIER),
                "DerivedFrom",
            )
        ],
        depends_on=[tell],
    )
    return Pipeline(
        name="lineage",
        parameters=[SOURCE],
        steps=[record, tell, link],
        sagemaker_session=SESSION,
    )


def _own(name: str, kind: str) -> LineageEntityReference:
    return LineageEntityReference(name=name, type=kind)


def _between(
    source: LineageEntityReference, destination: LineageEntityReference, kind: str | None
) -> LineageAssociation:
    return LineageAssociation(source=source, destination=destination, association_type=kind)
