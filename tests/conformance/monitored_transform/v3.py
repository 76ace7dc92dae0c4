"""A batch that is checked before it is predicted, and one that is checked after, with SDK v3."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from typing import Any

from sagemaker.core.model_monitor.dataset_format import DatasetFormat
from sagemaker.core.transformer import Transformer
from sagemaker.core.workflow.execution_variables import ExecutionVariables
from sagemaker.core.workflow.functions import Join
from sagemaker.core.workflow.parameters import ParameterString
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.mlops.workflow import CheckJobConfig, MonitorBatchTransformStep, Pipeline
from sagemaker.mlops.workflow.quality_check_step import (
    DataQualityCheckConfig,
    ModelQualityCheckConfig,
)

ROLE = "arn:aws:iam::111122223333:role/ml-pipeline"
SESSION = PipelineSession(default_bucket="ml-dev")
MODEL = ParameterString(name="model")
BATCH = ParameterString(name="batch", default_value="s3://ml-dev/batch/")
OUT = Join(on="/", values=["s3://ml-dev/predicted", ExecutionVariables.PIPELINE_EXECUTION_ID])
JOB = CheckJobConfig(
    role=ROLE,
    instance_count=1,
    instance_type="ml.m5.xlarge",
    max_runtime_in_seconds=1800,
    sagemaker_session=SESSION,
)


def build(_: dict[str, Any]) -> Pipeline:
    before = MonitorBatchTransformStep(
        name="customers",
        display_name="Customers",
        description="Predict for the customers of today.",
        transform_step_args=_transform("customers"),
        monitor_configuration=DataQualityCheckConfig(
            baseline_dataset=BATCH,
            dataset_format=DatasetFormat.csv(header=False),
            output_s3_uri=Join(on="/", values=[OUT, "customers-check"]),
        ),
        check_job_configuration=JOB,
        monitor_before_transform=True,
        supplied_baseline_statistics="s3://ml-dev/baseline/statistics.json",
        supplied_baseline_constraints="s3://ml-dev/baseline/constraints.json",
    )
    after = MonitorBatchTransformStep(
        name="labelled",
        transform_step_args=_transform("labelled"),
        monitor_configuration=ModelQualityCheckConfig(
            baseline_dataset=Join(on="/", values=[OUT, "labelled"]),
            dataset_format=DatasetFormat.csv(header=False),
            output_s3_uri=Join(on="/", values=[OUT, "labelled-check"]),
            problem_type="Regression",
            inference_attribute="_c1",
            ground_truth_attribute="_c0",
        ),
        check_job_configuration=JOB,
        fail_on_violation=False,
        supplied_baseline_constraints="s3://ml-dev/baseline/model-constraints.json",
    )
    return Pipeline(
        name="monitored-transform",
        parameters=[MODEL, BATCH],
        steps=[*before.steps, *after.steps],
        sagemaker_session=SESSION,
    )


def _transform(name: str) -> Any:
    transformer = Transformer(
        model_name=MODEL,
        instance_count=1,
        instance_type="ml.m5.xlarge",
        output_path=Join(on="/", values=[OUT, name]),
        assemble_with="Line",
        accept="text/csv",
        sagemaker_session=SESSION,
    )
    return transformer.transform(
        data=BATCH, content_type="text/csv", split_type="Line", join_source="Input"
    )
