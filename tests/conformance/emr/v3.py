"""EMR steps on a cluster that runs and on clusters of their own, with SDK v3."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from typing import Any

from sagemaker.core.processing import Processor
from sagemaker.core.workflow.execution_variables import ExecutionVariables
from sagemaker.core.workflow.functions import Join
from sagemaker.core.workflow.parameters import ParameterInteger, ParameterString
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.mlops.workflow import (
    CacheConfig,
    EMRStep,
    EMRStepConfig,
    Pipeline,
    ProcessingStep,
)

SESSION = PipelineSession(default_bucket="ml-dev")
CLUSTER = ParameterString(name="cluster")
DAY = ParameterString(name="day", default_value="2026-01-01")
WORKERS = ParameterInteger(name="workers", default_value=4)
EXECUTION = ExecutionVariables.PIPELINE_EXECUTION_ID
JOB_ROLE = "arn:aws:iam::111122223333:role/emr-job"

GROUPS = {
    "ReleaseLabel": "emr-7.9.0",
    "Applications": [{"Name": "Spark"}, {"Name": "Hadoop"}],
    "LogUri": "s3://ml-dev/emr-logs/",
    "JobFlowRole": "EMR_EC2_DefaultRole",
    "ServiceRole": "EMR_DefaultRole",
    "VisibleToAllUsers": True,
    "Tags": [{"Key": "team", "Value": "nlp"}],
    "Configurations": [
        {"Classification": "spark-defaults", "Properties": {"spark.executor.memory": "8g"}}
    ],
    "Instances": {
        "Ec2SubnetId": "subnet-1a2b3c4d",
        "InstanceGroups": [
            {
                "Name": "primary",
                "InstanceRole": "MASTER",
                "InstanceType": "m5.xlarge",
                "InstanceCount": 1,
                "Market": "ON_DEMAND",
            },
            {
                "Name": "core",
                "InstanceRole": "CORE",
                "InstanceType": "r5.2xlarge",
                "InstanceCount": WORKERS,
                "Market": "SPOT",
                "EbsConfiguration": {
                    "EbsBlockDeviceConfigs": [
                        {
                            "VolumeSpecification": {"VolumeType": "gp3", "SizeInGB": 200},
                            "VolumesPerInstance": 2,
                        }
                    ]
                },
            },
        ],
    },
}
FLEETS = {
    "ReleaseLabel": "emr-7.9.0",
    "Applications": [{"Name": "Hive"}],
    "JobFlowRole": "EMR_EC2_DefaultRole",
    "ServiceRole": "EMR_DefaultRole",
    "Instances": {
        "InstanceFleets": [
            {
                "Name": "primary",
                "InstanceFleetType": "MASTER",
                "TargetOnDemandCapacity": 1,
                "InstanceTypeConfigs": [{"InstanceType": "m5.xlarge"}],
            },
            {
                "Name": "core",
                "InstanceFleetType": "CORE",
                "TargetSpotCapacity": 8,
                "InstanceTypeConfigs": [
                    {"InstanceType": "r5.xlarge", "WeightedCapacity": 1},
                    {"InstanceType": "r5.2xlarge", "WeightedCapacity": 2},
                ],
                "LaunchSpecifications": {
                    "SpotSpecification": {
                        "TimeoutDurationMinutes": 20,
                        "TimeoutAction": "SWITCH_TO_ON_DEMAND",
                    }
                },
            },
        ]
    },
}


def build(_: dict[str, Any]) -> Pipeline:
    clean = EMRStep(
        name="clean",
        display_name="Clean the log",
        description=None,
        cluster_id=CLUSTER,
        execution_role_arn=JOB_ROLE,
        step_config=EMRStepConfig(
            jar="command-runner.jar",
            args=[
                "spark-submit",
                "s3://ml-dev/jobs/clean.py",
                "--day",
                DAY,
                "--out",
                Join(on="/", values=["s3://ml-dev/clean", DAY]),
            ],
        ),
        cache_config=CacheConfig(enable_caching=True, expire_after="P7D"),
    )
    cleaned = clean.properties.Config.Args[5]
    count = EMRStep(
        name="count",
        display_name=None,
        description="Count the words.",
        cluster_id=None,
        cluster_config=GROUPS,
        step_config=EMRStepConfig(
            jar="s3://ml-dev/jobs/count.jar",
            main_class="com.example.Count",
            args=[cleaned, Join(on="/", values=["s3://ml-dev/counts", EXECUTION])],
            properties=[{"Key": "mapreduce.job.queuename", "Value": "research"}],
        ),
    )
    tables = EMRStep(
        name="tables",
        display_name=None,
        description=None,
        cluster_id=None,
        cluster_config=FLEETS,
        step_config=EMRStepConfig(jar="command-runner.jar", args=["hive-script", "s3://ml-dev/q"]),
        depends_on=["count"],
    )
    collect = ProcessingStep(
        name="collect",
        step_args=Processor(
            role="arn:aws:iam::111122223333:role/ml-pipeline",
            image_uri="111122223333.dkr.ecr.us-east-1.amazonaws.com/jobs:1.4",
            instance_count=1,
            instance_type="ml.m5.large",
            entrypoint=["python3", "/srv/collect.py"],
            sagemaker_session=SESSION,
        ).run(
            arguments=[
                "--cleaned",
                cleaned,
                "--state",
                count.properties.Status.State,
                "--cluster",
                CLUSTER,
            ]
        ),
        depends_on=["tables"],
    )
    return Pipeline(
        name="emr",
        parameters=[CLUSTER, DAY, WORKERS],
        steps=[clean, count, tables, collect],
        sagemaker_session=SESSION,
    )
