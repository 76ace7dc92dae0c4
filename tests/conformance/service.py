"""What the service does when a member is left out, and which lists it reads by name or as a set.

From the SageMaker API reference, unless a comment says otherwise.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

Json: TypeAlias = Any

# Members whose null is not the same as leaving them out.
REPORTS_NULL = frozenset({"PipelineExperimentConfig"})

# The arguments of these step types are free maps, in which every member counts.
FREE_ARGUMENTS = frozenset({"Lambda", "Callback"})

# The object's member name -> what its own members are when left out. An item of a list goes by
# the name of the list, and the whole definition by "".
JOB_DEFAULTS: dict[str, Json] = {
    "EnableNetworkIsolation": False,
    "EnableInterContainerTrafficEncryption": False,
    "EnableManagedSpotTraining": False,
    # Profiling needs the S3OutputPath of a ProfilerConfig, so without one there is none. SDK v2
    # always writes a ProfilerConfig.
    "ProfilerConfig": {"DisableProfiler": True},
    # No part of a model package's validation is skipped unless asked for.
    "SkipModelValidation": "None",
}
DEFAULTS: dict[str, dict[str, Json]] = {
    "": {
        "PipelineExperimentConfig": {
            "ExperimentName": {"Get": "Execution.PipelineName"},
            "TrialName": {"Get": "Execution.PipelineExecutionId"},
        }
    },
    "Arguments": JOB_DEFAULTS,
    "TrainingJobDefinition": JOB_DEFAULTS,
    "TrainingJobDefinitions": JOB_DEFAULTS,
    "HyperParameterTuningJobConfig": {"TrainingJobEarlyStoppingType": "Off"},
    "TransformInput": {"SplitType": "None", "CompressionType": "None"},
    "DataProcessing": {"InputFilter": "$", "OutputFilter": "$", "JoinSource": "None"},
    "TensorBoardOutputConfig": {"LocalPath": "/opt/ml/output/tensorboard"},
    "DatasetDefinition": {"InputMode": "File", "DataDistributionType": "ShardedByS3Key"},
    "NetworkConfig": {
        "EnableNetworkIsolation": False,
        "EnableInterContainerTrafficEncryption": False,
    },
    "ProcessingInputs": {"AppManaged": False},
    "Outputs": {"AppManaged": False},
    "S3Input": {
        "S3InputMode": "File",
        "S3DataDistributionType": "FullyReplicated",
        "S3CompressionType": "None",
    },
    "InputDataConfig": {"CompressionType": "None", "RecordWrapperType": "None"},
    "S3DataSource": {"S3DataDistributionType": "FullyReplicated"},
    "OutputDataConfig": {"CompressionType": "GZIP"},
    "ResourceConfig": {"KeepAlivePeriodInSeconds": 0},
    "CheckpointConfig": {"LocalPath": "/opt/ml/checkpoints"},
    "RetryPolicies": {"IntervalSeconds": 1, "BackoffRate": 2.0},
    "Parameters": {"Type": "String"},
}

# SDK v3's ModelBuilder writes these for a model that brings no script. Empty, they name no script
# to the inference toolkit; the others are its defaults, the region being the endpoint's own.
INFERENCE_DEFAULTS: dict[str, Callable[[Json], bool]] = {
    "SAGEMAKER_PROGRAM": lambda value: value == "",
    "SAGEMAKER_SUBMIT_DIRECTORY": lambda value: value == "",
    "SAGEMAKER_CONTAINER_LOG_LEVEL": lambda value: value == "20",
    "SAGEMAKER_REGION": lambda value: isinstance(value, str),
}

# Hyperparameters that only repeat what the training toolkit does: it logs at level 20, and finds
# region and job name in the environment that the service sets.
TOOLKIT_DEFAULTS: dict[str, Callable[[Json], bool]] = {
    "sagemaker_container_log_level": lambda value: value in {20, "20"},
    "sagemaker_region": lambda value: isinstance(value, str),
    "sagemaker_job_name": lambda value: isinstance(value, str),
}

# Lists and maps that say nothing when they are empty.
MAY_BE_EMPTY = frozenset(
    {
        "Metadata",
        "Parameters",
        "DependsOn",
        "PropertyFiles",
        "RetryPolicies",
        "OutputParameters",
        "IfSteps",
        "ElseSteps",
        "Environment",
        "HyperParameters",
        "StaticHyperParameters",
        "Tags",
        "ContainerEntrypoint",
        "ContainerArguments",
        "ProcessingInputs",
        "InputDataConfig",
        "MetricDefinitions",
        "IntegerParameterRanges",
        "ContinuousParameterRanges",
        "CategoricalParameterRanges",
        "CollectionConfigurations",
        "Outputs",
        "ProcessingOutputConfig",
        "NetworkConfig",
        "CustomerMetadataProperties",
        "ModelMetrics",
        "ModelQuality",
        "ModelDataQuality",
        "Bias",
        "Explainability",
        "DriftCheckBaselines",
    }
)

# Lists whose items the service finds by a name: list -> the member that holds it.
NAMED_LISTS = {
    "Parameters": "Name",
    "Steps": "Name",
    "IfSteps": "Name",
    "ElseSteps": "Name",
    "ForEachBody": "Name",
    "PropertyFiles": "PropertyFileName",
    "OutputParameters": "OutputName",
    "ProcessingInputs": "InputName",
    "Outputs": "OutputName",
    "InputDataConfig": "ChannelName",
    "MetricDefinitions": "Name",
    "Tags": "Key",
    "IntegerParameterRanges": "Name",
    "ContinuousParameterRanges": "Name",
    "CategoricalParameterRanges": "Name",
    "TrainingJobDefinitions": "DefinitionName",
    "ProductionVariants": "VariantName",
    "DebugRuleConfigurations": "RuleConfigurationName",
    "ProfilerRuleConfigurations": "RuleConfigurationName",
}

# Lists that are sets. Conditions are ANDed in a step and ORed in an Or: neither has an order.
UNORDERED_LISTS = frozenset(
    {
        "DependsOn",
        "ExceptionType",
        "EnumValues",
        "Conditions",
        "SecurityGroupIds",
        "Subnets",
        "ParentHyperParameterTuningJobs",
        "InstanceGroupNames",
        "SupportedContentTypes",
        "SupportedResponseMIMETypes",
        "SupportedRealtimeInferenceInstanceTypes",
        "SupportedTransformInstanceTypes",
    }
)
