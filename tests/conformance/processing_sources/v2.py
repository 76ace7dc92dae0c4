"""Query warehouses, join with Spark, and write to the feature store, with SDK v2."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from typing import Any

from sagemaker.dataset_definition.inputs import (
    AthenaDatasetDefinition,
    DatasetDefinition,
    RedshiftDatasetDefinition,
)
from sagemaker.processing import (
    FeatureStoreOutput,
    FrameworkProcessor,
    ProcessingInput,
    ProcessingOutput,
    Processor,
)
from sagemaker.spark.processing import PySparkProcessor
from sagemaker.workflow.execution_variables import ExecutionVariables
from sagemaker.workflow.functions import Join
from sagemaker.workflow.parameters import ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.properties import PropertyFile
from sagemaker.workflow.steps import CacheConfig, ProcessingStep
from sagemaker.xgboost.estimator import XGBoost

ROLE = "arn:aws:iam::111122223333:role/ml-pipeline"
KEY = "alias/ml-data"
CODE = "s3://ml-dev/credit/code"
SESSION = PipelineSession(default_bucket="ml-dev")
MONTH = ParameterString(name="Month", default_value="2026-01")
GROUP = ParameterString(name="FeatureGroup", default_value="credit-applicants")
EXECUTION = ExecutionVariables.PIPELINE_EXECUTION_ID


def build(_: dict[str, Any]) -> Pipeline:
    join = _join()
    features = _features(join)
    return Pipeline(
        name="credit-sources",
        parameters=[MONTH, GROUP],
        steps=[join, features, _ingest(features)],
        sagemaker_session=SESSION,
    )


def _join() -> ProcessingStep:
    loans = AthenaDatasetDefinition(
        catalog="AwsDataCatalog",
        database="lending",
        work_group="ml",
        query_string="SELECT id, customer, amount, term, defaulted FROM loans WHERE amount > 0",
        output_s3_uri="s3://ml-dev/credit/athena/loans",
        output_format="PARQUET",
        output_compression="SNAPPY",
        kms_key_id=KEY,
    )
    customers = RedshiftDatasetDefinition(
        cluster_id="warehouse",
        database="crm",
        db_user="ml_reader",
        query_string="SELECT id, birth_year, region, since FROM customers",
        cluster_role_arn="arn:aws:iam::111122223333:role/warehouse-unload",
        output_s3_uri=Join(on="/", values=["s3://ml-dev/credit/redshift", EXECUTION]),
        output_format="CSV",
        output_compression="GZIP",
        kms_key_id=KEY,
    )
    processor = PySparkProcessor(
        role=ROLE,
        framework_version="3.3",
        py_version="py39",
        container_version="1",
        instance_type="ml.m5.4xlarge",
        instance_count=3,
        configuration_location="s3://ml-dev/credit/spark",
        sagemaker_session=SESSION,
    )
    arguments = processor.run(
        submit_app=f"{CODE}/join.py",
        arguments=["--month", MONTH],
        configuration=[
            {"Classification": "spark-defaults", "Properties": {"spark.executor.memory": "12g"}},
            {"Classification": "spark-log4j", "Properties": {"log4j.rootCategory": "WARN"}},
        ],
        spark_event_logs_s3_uri="s3://ml-dev/credit/spark-events",
        inputs=[
            ProcessingInput(
                input_name="loans",
                app_managed=True,
                dataset_definition=DatasetDefinition(
                    local_path="/opt/ml/processing/input/loans",
                    data_distribution_type="FullyReplicated",
                    athena_dataset_definition=loans,
                ),
            ),
            ProcessingInput(
                input_name="customers",
                app_managed=True,
                dataset_definition=DatasetDefinition(
                    local_path="/opt/ml/processing/input/customers",
                    data_distribution_type="ShardedByS3Key",
                    input_mode="File",
                    redshift_dataset_definition=customers,
                ),
            ),
        ],
        outputs=[
            ProcessingOutput(
                output_name="joined",
                source="/opt/ml/processing/output/joined",
                destination=Join(on="/", values=["s3://ml-dev/credit/joined", MONTH]),
            )
        ],
    )
    return ProcessingStep(name="join", step_args=arguments)


def _features(join: ProcessingStep) -> ProcessingStep:
    processor = FrameworkProcessor(
        estimator_cls=XGBoost,
        framework_version="1.7-1",
        role=ROLE,
        instance_type="ml.c5.4xlarge",
        instance_count=1,
        volume_size_in_gb=60,
        max_runtime_in_seconds=3600,
        sagemaker_session=SESSION,
    )
    arguments = processor.run(
        code="features.py",
        source_dir=f"{CODE}/features/sourcedir.tar.gz",
        arguments=["--bins", "32"],
        inputs=[
            ProcessingInput(
                input_name="joined",
                source=_output(join, "joined"),
                destination="/opt/ml/processing/input/joined",
            )
        ],
        outputs=[
            ProcessingOutput(output_name="train", source="/opt/ml/processing/output/train"),
            ProcessingOutput(output_name="records", source="/opt/ml/processing/output/records"),
        ],
    )
    return ProcessingStep(
        name="features",
        step_args=arguments,
        property_files=[PropertyFile(name="bins", output_name="train", path="bins.json")],
        cache_config=CacheConfig(enable_caching=True, expire_after="P30D"),
    )


def _ingest(features: ProcessingStep) -> ProcessingStep:
    processor = Processor(
        role=ROLE,
        image_uri="111122223333.dkr.ecr.us-east-1.amazonaws.com/feature-ingest:0.9",
        instance_type="ml.m5.xlarge",
        instance_count=1,
        sagemaker_session=SESSION,
    )
    arguments = processor.run(
        inputs=[
            ProcessingInput(
                input_name="records",
                source=_output(features, "records"),
                destination="/opt/ml/processing/input/records",
            )
        ],
        outputs=[
            ProcessingOutput(
                output_name="applicants",
                app_managed=True,
                feature_store_output=FeatureStoreOutput(feature_group_name=GROUP),
            ),
            ProcessingOutput(
                output_name="rejected",
                source="/opt/ml/processing/output/rejected",
                destination="s3://ml-dev/credit/rejected",
            ),
        ],
    )
    return ProcessingStep(name="ingest", step_args=arguments)


def _output(step: ProcessingStep, name: str) -> Any:
    return step.properties.ProcessingOutputConfig.Outputs[name].S3Output.S3Uri
