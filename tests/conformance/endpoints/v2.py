"""Endpoints: of a model, of several components, and one that answers later, with SDK v2."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from typing import Any

from sagemaker.workflow.endpoint_step import EndpointConfigStep, EndpointStep
from sagemaker.workflow.execution_variables import ExecutionVariables
from sagemaker.workflow.functions import Join
from sagemaker.workflow.inference_component_step import InferenceComponentStep
from sagemaker.workflow.parameters import ParameterInteger, ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.retry import StepExceptionTypeEnum, StepRetryPolicy
from sagemaker.workflow.steps import CacheConfig

ROLE = "arn:aws:iam::111122223333:role/ml-pipeline"
IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/serve:2.0"
SESSION = PipelineSession(default_bucket="ml-dev")
MODEL = ParameterString(name="model")
ENDPOINT = ParameterString(name="endpoint", default_value="reviews")
INSTANCES = ParameterInteger(name="instances", default_value=1)
EXECUTION = ExecutionVariables.PIPELINE_EXECUTION_ID


def build(_: dict[str, Any]) -> Pipeline:
    plain = EndpointConfigStep(
        name="plain_config",
        step_args=SESSION.create_endpoint_config(
            name=Join(on="-", values=["reviews", EXECUTION]),
            production_variants=[
                {
                    "VariantName": "main",
                    "ModelName": MODEL,
                    "InstanceType": "ml.m5.xlarge",
                    "InitialInstanceCount": INSTANCES,
                    "InitialVariantWeight": 0.9,
                    "ContainerStartupHealthCheckTimeoutInSeconds": 300,
                },
                {
                    "VariantName": "cheap",
                    "ModelName": MODEL,
                    "InitialVariantWeight": 0.1,
                    "ServerlessConfig": {"MemorySizeInMB": 2048, "MaxConcurrency": 5},
                },
            ],
            tags=[{"Key": "team", "Value": "nlp"}],
            kms_key="alias/ml",
        ),
        cache_config=CacheConfig(enable_caching=True, expire_after="P1D"),
        retry_policies=[
            StepRetryPolicy(
                exception_types=[StepExceptionTypeEnum.THROTTLING],
                interval_seconds=5,
                backoff_rate=2.0,
                max_attempts=3,
            )
        ],
    )
    serve = EndpointStep(
        name="serve",
        display_name="Serve the model",
        step_args=SESSION.create_endpoint(
            endpoint_name=ENDPOINT,
            config_name=plain.properties.EndpointConfigName,
            tags=[{"Key": "team", "Value": "nlp"}],
        ),
    )
    arguments = SESSION.create_endpoint_config(
        name=Join(on="-", values=["shared", EXECUTION]),
        production_variants=[
            {
                "VariantName": "AllTraffic",
                "InstanceType": "ml.g5.12xlarge",
                "InitialInstanceCount": 1,
                "RoutingConfig": {"RoutingStrategy": "LEAST_OUTSTANDING_REQUESTS"},
                "ManagedInstanceScaling": {
                    "Status": "ENABLED",
                    "MinInstanceCount": 1,
                    "MaxInstanceCount": 4,
                },
            }
        ],
        role=ROLE,
    )
    # SDK v2's session takes neither of them.
    arguments.args["VpcConfig"] = {
        "SecurityGroupIds": ["sg-1a2b3c4d"],
        "Subnets": ["subnet-1a2b3c4d"],
    }
    arguments.args["EnableNetworkIsolation"] = True
    shared = EndpointConfigStep(name="shared_config", step_args=arguments, depends_on=["serve"])
    share = EndpointStep(
        name="share",
        step_args=SESSION.create_endpoint(
            endpoint_name="shared", config_name=shared.properties.EndpointConfigName
        ),
        cache_config=CacheConfig(enable_caching=True),
    )
    english = InferenceComponentStep(
        name="english",
        description="The English model, on half of a machine.",
        step_args=SESSION.create_inference_component(
            inference_component_name="reviews-en",
            endpoint_name=share.properties.EndpointName,
            variant_name="AllTraffic",
            specification={
                "ModelName": MODEL,
                "ComputeResourceRequirements": {
                    "NumberOfAcceleratorDevicesRequired": 2.0,
                    "NumberOfCpuCoresRequired": 4.0,
                    "MinMemoryRequiredInMb": 16384,
                },
                "StartupParameters": {"ContainerStartupHealthCheckTimeoutInSeconds": 600},
            },
            runtime_config={"CopyCount": 2},
            tags=[{"Key": "language", "Value": "en"}],
        ),
    )
    german = InferenceComponentStep(
        name="german",
        step_args=SESSION.create_inference_component(
            inference_component_name="reviews-de",
            endpoint_name=share.properties.EndpointName,
            variant_name="AllTraffic",
            specification={
                "Container": {
                    "Image": IMAGE,
                    "ArtifactUrl": "s3://ml-dev/models/de/model.tar.gz",
                    "Environment": {"LANGUAGE": "de"},
                },
                "ComputeResourceRequirements": {
                    "NumberOfCpuCoresRequired": 2.0,
                    "MinMemoryRequiredInMb": 8192,
                },
            },
        ),
        depends_on=[english],
    )
    late = EndpointConfigStep(
        name="late_config",
        step_args=SESSION.create_endpoint_config(
            name="reviews-async",
            production_variants=[
                {
                    "VariantName": "main",
                    "ModelName": MODEL,
                    "InstanceType": "ml.g5.xlarge",
                    "InitialInstanceCount": 1,
                }
            ],
            async_inference_config_dict={
                "ClientConfig": {"MaxConcurrentInvocationsPerInstance": 4},
                "OutputConfig": {
                    "S3OutputPath": "s3://ml-dev/answers/",
                    "NotificationConfig": {
                        "SuccessTopic": "arn:aws:sns:us-east-1:111122223333:answered"
                    },
                },
            },
        ),
    )
    return Pipeline(
        name="endpoints",
        parameters=[MODEL, ENDPOINT, INSTANCES],
        steps=[plain, serve, shared, share, english, german, late],
        sagemaker_session=SESSION,
    )
