"""Spark and scikit-learn prepare features behind a private network, with SDK v3."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from typing import Any

from sagemaker.core import image_uris
from sagemaker.core.network import NetworkConfig
from sagemaker.core.processing import ScriptProcessor
from sagemaker.core.shapes import (
    ProcessingInput,
    ProcessingOutput,
    ProcessingS3Input,
    ProcessingS3Output,
)
from sagemaker.core.spark.processing import PySparkProcessor, SparkJarProcessor
from sagemaker.core.workflow.execution_variables import ExecutionVariables
from sagemaker.core.workflow.functions import Join
from sagemaker.core.workflow.parameters import ParameterInteger, ParameterString
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.core.workflow.properties import PropertyFile
from sagemaker.mlops.workflow import CacheConfig, Pipeline, ProcessingStep

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
SKLEARN = image_uris.retrieve("sklearn", "us-east-1", version="1.2-1", py_version="py3")
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
            _to(
                "compacted",
                "/opt/ml/processing/output/compacted",
                Join(on="/", values=["s3://ml-dev/churn/compacted", DAY]),
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
            _to(
                "sessions",
                "/opt/ml/processing/output/sessions",
                Join(on="/", values=["s3://ml-dev/churn/sessions", DAY, EXECUTION]),
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
    processor = ScriptProcessor(
        image_uri=SKLEARN,
        command=["python3"],
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
            _input(
                "sessions",
                sessions.properties.ProcessingOutputConfig.Outputs["sessions"].S3Output.S3Uri,
                "/opt/ml/processing/input/sessions",
            ),
            _input(
                "labels",
                "s3://crm-exports/churned/labels.csv.gz",
                "/opt/ml/processing/input/labels",
                s3_compression_type="Gzip",
                s3_input_mode="Pipe",
            ),
        ],
        outputs=[
            _to("train", "/opt/ml/processing/output/train"),
            _to("test", "/opt/ml/processing/output/test"),
            _to("statistics", "/opt/ml/processing/statistics"),
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
            _input(
                "train",
                _output(split, "train"),
                "/opt/ml/processing/input/train",
                s3_data_distribution_type="ShardedByS3Key",
            ),
            _input(
                "rules",
                "s3://ml-dev/churn/pii/rules.manifest",
                "/opt/ml/processing/input/rules",
                s3_data_type="ManifestFile",
            ),
        ],
        outputs=[_to("findings", "/opt/ml/processing/output/findings")],
    )
    return ProcessingStep(
        name="ScanForNames",
        step_args=arguments,
        property_files=[PropertyFile(name="Findings", output_name="findings", path="all.json")],
    )


def _report(split: ProcessingStep, scan: ProcessingStep) -> ProcessingStep:
    processor = ScriptProcessor(
        image_uri=SKLEARN,
        command=["python3"],
        role=ROLE,
        instance_type="ml.t3.medium",
        instance_count=1,
        sagemaker_session=SESSION,
    )
    arguments = processor.run(
        code=f"{CODE}/report.py",
        arguments=["--execution", ExecutionVariables.PIPELINE_EXECUTION_ARN],
        inputs=[
            _input(
                "statistics", _output(split, "statistics"), "/opt/ml/processing/input/statistics"
            ),
            _input("findings", _output(scan, "findings"), "/opt/ml/processing/input/findings"),
        ],
    )
    return ProcessingStep(name="Report", step_args=arguments)


def _output(step: ProcessingStep, name: str) -> Any:
    return step.properties.ProcessingOutputConfig.Outputs[name].S3Output.S3Uri


def _input(name: str, uri: Any, path: str, **options: Any) -> ProcessingInput:
    given = {"s3_data_type": "S3Prefix", "s3_input_mode": "File", **options}
    return ProcessingInput(
        input_name=name, s3_input=ProcessingS3Input(s3_uri=uri, local_path=path, **given)
    )


def _to(name: str, path: str, uri: Any = "", s3_upload_mode: str = "EndOfJob") -> ProcessingOutput:
    return ProcessingOutput(
        output_name=name,
        s3_output=ProcessingS3Output(s3_uri=uri, local_path=path, s3_upload_mode=s3_upload_mode),
    )
