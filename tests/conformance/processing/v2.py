"""Spark and scikit-learn prepare features behind a private network, with SDK v2."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from typing import Any

from sagemaker.network import NetworkConfig
from sagemaker.processing import ProcessingInput, ProcessingOutput, ScriptProcessor
from sagemaker.sklearn.processing import SKLearnProcessor
from sagemaker.spark.processing import PySparkProcessor, SparkJarProcessor
from sagemaker.workflow.execution_variables import ExecutionVariables
from sagemaker.workflow.functions import Join
from sagemaker.workflow.parameters import ParameterInteger, ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.properties import PropertyFile
from sagemaker.workflow.steps import CacheConfig, ProcessingStep

ROLE = "arn:aws:iam::111122223333:role/ml-pipeline"
KEY = "arn:aws:kms:us-east-1:111122223333:key/1f0a3b4c-9d2e-4f5a-8b6c-7d8e9f0a1b2c"
CODE = "s3://ml-dev/churn/code"
SESSION = PipelineSession(default_bucket="ml-dev")
NETWORK = NetworkConfig(
    subnets=["subnet-0a1b2c3d4e5f60718", "subnet-1a1b2c3d4e5f60718"],
    security_group_ids=["sg-0a1b2c3d4e5f60718"],
    encrypt_inter_container_traffic=True,
)

DAY = ParameterString(name="Day")
EXECUTORS = ParameterInteger(name="Executors", default_value=4)
INSTANCE = ParameterString(name="SparkInstance", default_value="ml.r5.2xlarge")
EXECUTION = ExecutionVariables.PIPELINE_EXECUTION_ID


def build(_: dict[str, Any]) -> Pipeline:
    compact = _compact()
    sessions = _sessions(compact)
    split = _split(sessions)
    scan = _scan(split)
    report = _report(split, scan)
    return Pipeline(
        name="churn-features",
        parameters=[DAY, EXECUTORS, INSTANCE],
        steps=[compact, sessions, split, scan, report],
        sagemaker_session=SESSION,
    )


def _compact() -> ProcessingStep:
    processor = SparkJarProcessor(
        role=ROLE,
        framework_version="3.5",
        instance_type=INSTANCE,
        instance_count=EXECUTORS,
        volume_size_in_gb=200,
        volume_kms_key=KEY,
        output_kms_key=KEY,
        max_runtime_in_seconds=7200,
        network_config=NETWORK,
        sagemaker_session=SESSION,
    )
    arguments = processor.run(
        submit_app=f"{CODE}/compact-assembly-2.3.1.jar",
        submit_class="com.example.churn.Compact",
        submit_jars=[f"{CODE}/lib/hadoop-aws-3.3.4.jar", f"{CODE}/lib/delta-spark_2.12-3.2.0.jar"],
        arguments=[
            "--source",
            Join(on="/", values=["s3://clicks-raw", DAY]),
            "--files",
            EXECUTORS.to_string(),
        ],
        outputs=[
            ProcessingOutput(
                output_name="compacted",
                source="/opt/ml/processing/output/compacted",
                destination=Join(on="/", values=["s3://ml-dev/churn/compacted", DAY]),
                s3_upload_mode="Continuous",
            )
        ],
    )
    return ProcessingStep(
        name="CompactClicks",
        description="Write the day's many small files as a few large ones.",
        step_args=arguments,
        cache_config=CacheConfig(enable_caching=True, expire_after="P7D"),
    )


def _sessions(compact: ProcessingStep) -> ProcessingStep:
    processor = PySparkProcessor(
        role=ROLE,
        framework_version="3.5",
        instance_type=INSTANCE,
        instance_count=EXECUTORS,
        volume_size_in_gb=100,
        volume_kms_key=KEY,
        output_kms_key=KEY,
        max_runtime_in_seconds=10800,
        env={"PYSPARK_PYTHON": "/usr/bin/python3", "DAY": DAY, "RUN": EXECUTION},
        tags=[{"Key": "team", "Value": "churn"}, {"Key": "stage", "Value": "features"}],
        network_config=NETWORK,
        sagemaker_session=SESSION,
    )
    clicks = compact.properties.ProcessingOutputConfig.Outputs["compacted"].S3Output.S3Uri
    arguments = processor.run(
        submit_app=f"{CODE}/sessions.py",
        submit_py_files=[f"{CODE}/churn.zip"],
        submit_files=[f"{CODE}/log4j.properties"],
        arguments=["--clicks", clicks, "--gap-minutes", "30"],
        outputs=[
            ProcessingOutput(
                output_name="sessions",
                source="/opt/ml/processing/output/sessions",
                destination=Join(on="/", values=["s3://ml-dev/churn/sessions", DAY, EXECUTION]),
            )
        ],
    )
    return ProcessingStep(
        name="BuildSessions",
        description="Group clicks into sessions, and sum them up for each customer.",
        step_args=arguments,
        depends_on=[compact],
    )


def _split(sessions: ProcessingStep) -> ProcessingStep:
    processor = SKLearnProcessor(
        framework_version="1.2-1",
        role=ROLE,
        instance_type="ml.m5.2xlarge",
        instance_count=1,
        volume_size_in_gb=50,
        volume_kms_key=KEY,
        output_kms_key=KEY,
        env={"SEED": "17"},
        network_config=NETWORK,
        sagemaker_session=SESSION,
    )
    arguments = processor.run(
        code=f"{CODE}/split.py",
        arguments=["--test-share", "0.2", "--by", "customer"],
        inputs=[
            ProcessingInput(
                input_name="sessions",
                source=sessions.properties.ProcessingOutputConfig.Outputs[
                    "sessions"
                ].S3Output.S3Uri,
                destination="/opt/ml/processing/input/sessions",
            ),
            ProcessingInput(
                input_name="labels",
                source="s3://crm-exports/churned/labels.csv.gz",
                destination="/opt/ml/processing/input/labels",
                s3_compression_type="Gzip",
                s3_input_mode="Pipe",
            ),
        ],
        outputs=[
            ProcessingOutput(output_name="train", source="/opt/ml/processing/output/train"),
            ProcessingOutput(output_name="test", source="/opt/ml/processing/output/test"),
            ProcessingOutput(output_name="statistics", source="/opt/ml/processing/statistics"),
        ],
    )
    return ProcessingStep(
        name="SplitCustomers",
        display_name="Split by customer",
        step_args=arguments,
        property_files=[
            PropertyFile(name="Counts", output_name="statistics", path="counts.json"),
            PropertyFile(name="Drift", output_name="statistics", path="drift/summary.json"),
        ],
        cache_config=CacheConfig(enable_caching=True, expire_after="PT24H"),
    )


def _scan(split: ProcessingStep) -> ProcessingStep:
    processor = ScriptProcessor(
        role=ROLE,
        image_uri="111122223333.dkr.ecr.us-east-1.amazonaws.com/pii-scan@sha256:" + "4e" * 32,
        command=["python3", "-u"],
        instance_type="ml.g4dn.xlarge",
        instance_count=2,
        volume_size_in_gb=30,
        network_config=NetworkConfig(enable_network_isolation=True),
        sagemaker_session=SESSION,
    )
    arguments = processor.run(
        code=f"{CODE}/scan.py",
        inputs=[
            ProcessingInput(
                input_name="train",
                source=_output(split, "train"),
                destination="/opt/ml/processing/input/train",
                s3_data_distribution_type="ShardedByS3Key",
            ),
            ProcessingInput(
                input_name="rules",
                source="s3://ml-dev/churn/pii/rules.manifest",
                destination="/opt/ml/processing/input/rules",
                s3_data_type="ManifestFile",
            ),
        ],
        outputs=[
            ProcessingOutput(output_name="findings", source="/opt/ml/processing/output/findings")
        ],
    )
    return ProcessingStep(
        name="ScanForNames",
        step_args=arguments,
        property_files=[PropertyFile(name="Findings", output_name="findings", path="all.json")],
    )


def _report(split: ProcessingStep, scan: ProcessingStep) -> ProcessingStep:
    processor = SKLearnProcessor(
        framework_version="1.2-1",
        role=ROLE,
        instance_type="ml.t3.medium",
        instance_count=1,
        sagemaker_session=SESSION,
    )
    arguments = processor.run(
        code=f"{CODE}/report.py",
        arguments=["--execution", ExecutionVariables.PIPELINE_EXECUTION_ARN],
        inputs=[
            ProcessingInput(
                input_name="statistics",
                source=_output(split, "statistics"),
                destination="/opt/ml/processing/input/statistics",
            ),
            ProcessingInput(
                input_name="findings",
                source=_output(scan, "findings"),
                destination="/opt/ml/processing/input/findings",
            ),
        ],
    )
    return ProcessingStep(name="Report", step_args=arguments)


def _output(step: ProcessingStep, name: str) -> Any:
    return step.properties.ProcessingOutputConfig.Outputs[name].S3Output.S3Uri
