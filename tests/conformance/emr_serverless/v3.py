"""EMR Serverless, on an application that exists and on one that the step makes, with SDK v3."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from typing import Any

from sagemaker.core.workflow.execution_variables import ExecutionVariables
from sagemaker.core.workflow.functions import Join
from sagemaker.core.workflow.parameters import ParameterString
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.mlops.workflow import (
    CacheConfig,
    Pipeline,
    StepExceptionTypeEnum,
    StepRetryPolicy,
)
from sagemaker.mlops.workflow.emr_serverless_step import EMRServerlessJobConfig, EMRServerlessStep

SESSION = PipelineSession(default_bucket="ml-dev")
ROLE = "arn:aws:iam::111122223333:role/emr-job"
APPLICATION = ParameterString(name="application", default_value="00f1abcd2345ef67")
OUT = Join(on="/", values=["s3://ml-dev/features", ExecutionVariables.PIPELINE_EXECUTION_ID])


def build(_: dict[str, Any]) -> Pipeline:
    features = EMRServerlessStep(
        name="features",
        display_name="Make features",
        description="Join the events with the users.",
        application_id=APPLICATION,
        job_config=EMRServerlessJobConfig(
            job_driver={
                "sparkSubmit": {
                    "entryPoint": "s3://ml-dev/jobs/features.py",
                    "entryPointArguments": ["--out", OUT],
                    "sparkSubmitParameters": "--conf spark.executor.cores=4",
                }
            },
            execution_role_arn=ROLE,
            configuration_overrides={
                "monitoringConfiguration": {
                    "s3MonitoringConfiguration": {"logUri": "s3://ml-dev/emr-logs/"}
                },
                "applicationConfiguration": [
                    {
                        "classification": "spark-defaults",
                        "properties": {"spark.dynamicAllocation.maxExecutors": "20"},
                    }
                ],
            },
            execution_timeout_minutes=90,
            name="features",
            tags={"team": "nlp"},
        ),
        cache_config=CacheConfig(enable_caching=True, expire_after="PT12H"),
        retry_policies=[
            StepRetryPolicy(
                exception_types=[StepExceptionTypeEnum.THROTTLING],
                interval_seconds=30,
                backoff_rate=2.0,
                max_attempts=4,
            )
        ],
    )
    report = EMRServerlessStep(
        name="report",
        display_name=None,
        description=None,
        application_config={
            "name": "reports",
            "releaseLabel": "emr-7.9.0",
            "type": "HIVE",
            "maximumCapacity": {"cpu": "64 vCPU", "memory": "512 GB"},
            "autoStopConfiguration": {"enabled": True, "idleTimeoutMinutes": 5},
        },
        job_config=EMRServerlessJobConfig(
            job_driver={
                "hive": {
                    "query": "s3://ml-dev/jobs/report.sql",
                    "parameters": "--hiveconf hive.root.logger=WARN",
                }
            },
            execution_role_arn=ROLE,
        ),
        depends_on=["features"],
    )
    return Pipeline(
        name="emr-serverless",
        parameters=[APPLICATION],
        steps=[features, report],
        sagemaker_session=SESSION,
    )
