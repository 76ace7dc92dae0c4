"""The job step: one job of a kind that SageMaker describes by a document."""

from typing import Annotated

from compiler.document.node import MappingNode
from compiler.expressions.types import STRING
from compiler.spec.declared import declared
from compiler.spec.fields import Doc, Needed, Text
from compiler.spec.job import Cache, Retry, Role, Tags
from compiler.spec.step import Overlay, StepSpec
from compiler.steps.documents import DOCUMENT
from compiler.steps.members import Member
from compiler.steps.shared import ROLE, TAGS_MEMBER
from compiler.steps.step_type import Output, StepType


@declared
class JobSpec(StepSpec):
    """Run one job of SageMaker that is described by a document."""

    category: Annotated[
        Text | None, Needed(), Doc("Kind of the job, such as `AgentRFT` or `DataTransformation`.")
    ] = None
    role: Annotated[Role | None, Needed()] = None
    schema_version: Annotated[
        Text | None, Doc("Version of the document's form; `1.0.0` when left out.")
    ] = None
    config: Annotated[
        MappingNode | None,
        Needed(),
        Doc("The document. It is sent as text in JSON, so a reference in it becomes a text."),
    ] = None
    tags: Tags
    cache: Cache | None = None
    retry: Retry = ()
    request: Overlay | None = None


MEMBERS = (
    ROLE,
    Member("category", "JobCategory"),
    Member("schema_version", "JobConfigSchemaVersion", default="1.0.0"),
    Member("config", "JobConfigDocument", DOCUMENT),
    TAGS_MEMBER,
)

JOB = StepType(
    name="job",
    sagemaker_type="Job",
    spec=JobSpec,
    members=MEMBERS,
    request_shape="CreateJobRequest",
    describe_shape="pipeline:JobProperties",
    chosen=frozenset({"JobName"}),
    outputs={
        "job_name": Output(STRING, "JobName"),
        "job_arn": Output(STRING, "JobArn"),
    },
)
