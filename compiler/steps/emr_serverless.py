"""The emr_serverless step: one job of EMR Serverless."""

from typing import Annotated

from compiler.diagnostics.span import Span
from compiler.expressions.types import STRING
from compiler.spec.declared import declared
from compiler.spec.fields import AnyScalar, Choice, Doc, Duration, Length, Needed, S3Uri, Text
from compiler.spec.job import Cache, Retry, Role, Tags
from compiler.spec.step import Overlay, StepSpec
from compiler.steps.codecs import DURATION_MINUTES, TEXT_MAP, TEXTS
from compiler.steps.members import Group, Member, Same
from compiler.steps.step_type import STEP_EXCEPTIONS, Output, StepType


@declared
class EmrApplicationSpec:
    """An application that is made for the job; more of it goes into `request`."""

    span: Span
    release: Annotated[Text, Doc("Release of EMR, such as `emr-7.9.0`.")]
    type: Annotated[Text, Choice(("SPARK", "HIVE")), Doc("What the application runs.")]
    name: Annotated[Text | None, Doc("Name of the application.")] = None


@declared
class EmrSparkSpec:
    """A job of Spark."""

    span: Span
    script: Annotated[S3Uri, Doc("S3 URI of the script or jar that is run.")]
    arguments: Annotated[
        tuple[AnyScalar, ...], Length(minimum=1), Doc("Arguments for the script.")
    ] = ()
    parameters: Annotated[
        Text | None, Doc("Options of spark-submit, such as `--conf spark.executor.cores=4`.")
    ] = None


@declared
class EmrHiveSpec:
    """A query of Hive."""

    span: Span
    query: Annotated[Text, Doc("S3 URI of the query, or its text.")]
    init_query: Annotated[Text | None, Doc("S3 URI of a query to run before.")] = None
    parameters: Annotated[Text | None, Doc("Options such as `--hiveconf name=value`.")] = None


@declared
class EmrServerlessSpec(StepSpec):
    """Run one job of EMR Serverless."""

    application: Annotated[
        Text | None,
        Needed(("new_application", "request")),
        Doc("Id of an application that exists."),
    ] = None
    new_application: Annotated[
        EmrApplicationSpec | None, Doc("An application made for the job, instead of `application`.")
    ] = None
    execution_role: Annotated[Role | None, Needed()] = None
    spark: Annotated[
        EmrSparkSpec | None, Needed(("hive", "request")), Doc("The job, if it is one of Spark.")
    ] = None
    hive: Annotated[EmrHiveSpec | None, Doc("The job, if it is one of Hive.")] = None
    job_name: Annotated[Text | None, Doc("Name of the job.")] = None
    max_run: Annotated[Duration | None, Doc("Longest time that the job may run.")] = None
    logs: Annotated[S3Uri | None, Doc("S3 prefix for the logs.")] = None
    tags: Tags
    cache: Cache | None = None
    retry: Retry = ()
    request: Overlay | None = None


LOG_URI = "configurationOverrides.monitoringConfiguration.s3MonitoringConfiguration.logUri"
MEMBERS = (
    Same("execution_role", ("ExecutionRoleArn", "JobConfig.executionRoleArn")),
    Same("application", ("ApplicationId", "JobConfig.applicationId")),
    Group(
        "new_application",
        "ApplicationConfig",
        (Member("release", "releaseLabel"), Member("type", "type"), Member("name", "name")),
        required=("release", "type"),
    ),
    Group(
        "spark",
        "JobConfig.jobDriver.sparkSubmit",
        (
            Member("script", "entryPoint"),
            Member("arguments", "entryPointArguments", TEXTS),
            Member("parameters", "sparkSubmitParameters"),
        ),
        required=("script",),
    ),
    Group(
        "hive",
        "JobConfig.jobDriver.hive",
        (
            Member("query", "query"),
            Member("init_query", "initQueryFile"),
            Member("parameters", "parameters"),
        ),
        required=("query",),
    ),
    Member("job_name", "JobConfig.name"),
    Member("max_run", "JobConfig.executionTimeoutMinutes", DURATION_MINUTES),
    Member("logs", f"JobConfig.{LOG_URI}"),
    Member("tags", "JobConfig.tags", TEXT_MAP),
)

EMR_SERVERLESS = StepType(
    name="emr_serverless",
    sagemaker_type="EMRServerless",
    spec=EmrServerlessSpec,
    members=MEMBERS,
    request_shape="pipeline:EmrServerlessArguments",
    describe_shape="pipeline:EmrServerlessProperties",
    outputs={
        "job_id": Output(STRING, "jobRunId"),
        "application_id": Output(STRING, "applicationId"),
        "arn": Output(STRING, "arn"),
        "state": Output(STRING, "state"),
    },
    exceptions=STEP_EXCEPTIONS,
)
