"""Shapes that only SageMaker Pipelines knows, in the notation of botocore's models.

A structure may be made from others: `bases` give their members, `without` some of them are dropped,
and `members` are added or replace theirs. Members of kind `any` take whatever stands there.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

STRING = {"shape": "pipeline:String"}
BOOLEAN = {"shape": "pipeline:Boolean"}
INTEGER = {"shape": "pipeline:Integer"}


def _strings(*names: str) -> dict[str, Any]:
    return {"type": "structure", "members": dict.fromkeys(names, STRING)}


def _pascal_case(name: str, without: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"type": "structure", "bases": [f"bedrock:{name}"], "without": without}


PIPELINE_SHAPES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "String": {"type": "string"},
        "Boolean": {"type": "boolean"},
        "Integer": {"type": "integer", "min": 0},
        "Any": {"type": "any"},
        "Strings": {"type": "list", "member": STRING},
        "StringMap": {"type": "map", "key": STRING, "value": STRING},
        "AnyMap": {"type": "map", "key": STRING, "value": {"shape": "pipeline:Any"}},
        # What steps without a Describe call have.
        "ConditionProperties": _strings("Outcome"),
        "OutputParameters": {
            "type": "structure",
            "members": {"OutputParameters": {"shape": "pipeline:AnyMap"}},
        },
        "ClarifyCheckProperties": _strings(
            "CalculatedBaselineConstraints", "BaselineUsedForDriftCheckConstraints"
        ),
        "QualityCheckProperties": _strings(
            "CalculatedBaselineStatistics",
            "CalculatedBaselineConstraints",
            "BaselineUsedForDriftCheckStatistics",
            "BaselineUsedForDriftCheckConstraints",
        ),
        "ForEachProperties": {
            "type": "structure",
            "members": {
                "Status": STRING,
                **dict.fromkeys(
                    (
                        "InputItemCount",
                        "TotalStepCount",
                        "SucceededStepCount",
                        "FailedStepCount",
                        "StoppedStepCount",
                    ),
                    INTEGER,
                ),
            },
        },
        "LineageProperties": {
            "type": "structure",
            "members": {
                "ActionArns": {"shape": "pipeline:StringMap"},
                "ArtifactArns": {"shape": "pipeline:StringMap"},
                "ContextArns": {"shape": "pipeline:StringMap"},
                "Associations": {"shape": "pipeline:Any"},
            },
        },
        # Tuning: Describe, and the list of its training jobs, the best first.
        "TuningProperties": {
            "type": "structure",
            "bases": [
                "DescribeHyperParameterTuningJobResponse",
                "ListTrainingJobsForHyperParameterTuningJobResponse",
            ],
            "without": ("NextToken",),
        },
        "AutoMLProperties": {
            "type": "structure",
            "bases": ["DescribeAutoMLJobResponse"],
            "members": {"BestCandidateProperties": {"shape": "pipeline:BestCandidateProperties"}},
        },
        "BestCandidateProperties": _strings(
            "ModelInsightsJsonReportPath", "ExplainabilityJsonReportPath"
        ),
        # EMR
        "EmrArguments": {
            "type": "structure",
            "members": {
                "ClusterId": STRING,
                "ClusterConfig": {"shape": "pipeline:EmrClusterConfig"},
                "StepConfig": {"shape": "pipeline:EmrStepConfig"},
                "ExecutionRoleArn": {"shape": "RoleArn"},
            },
            "required": ["StepConfig"],
        },
        "EmrStepConfig": {
            "type": "structure",
            "bases": ["emr:StepConfig"],
            "members": {"HadoopJarStep": {"shape": "emr:HadoopJarStepConfig"}},
            "required": ["HadoopJarStep"],
        },
        "EmrClusterConfig": {
            "type": "structure",
            "bases": ["emr:RunJobFlowInput"],
            "without": ("Name", "Steps", "AutoTerminationPolicy"),
            "members": {"Instances": {"shape": "pipeline:EmrInstances"}},
            "required": ["Instances"],
        },
        "EmrInstances": {
            "type": "structure",
            "bases": ["emr:JobFlowInstancesConfig"],
            "without": ("KeepJobFlowAliveWhenNoSteps", "TerminationProtected"),
        },
        "EmrProperties": {
            "type": "structure",
            "bases": ["emr:Step"],
            "members": {"ClusterId": STRING},
        },
        # EMR Serverless, whose own members are camelCase
        "EmrServerlessArguments": {
            "type": "structure",
            "members": {
                "ExecutionRoleArn": {"shape": "RoleArn"},
                "ApplicationId": STRING,
                "ApplicationConfig": {"shape": "pipeline:EmrServerlessApplication"},
                "JobConfig": {"shape": "pipeline:EmrServerlessJob"},
            },
            "required": ["ExecutionRoleArn", "JobConfig"],
        },
        "EmrServerlessApplication": {
            "type": "structure",
            "bases": ["emr-serverless:CreateApplicationRequest"],
            "without": ("clientToken",),
            "required": ["releaseLabel", "type"],
        },
        "EmrServerlessJob": {
            "type": "structure",
            "bases": ["emr-serverless:StartJobRunRequest"],
            "without": ("clientToken",),
            "required": ["executionRoleArn", "jobDriver"],
        },
        "EmrServerlessProperties": {"type": "structure", "bases": ["emr-serverless:JobRun"]},
        # Job: Describe, and a path may go on into the document.
        "JobProperties": {
            "type": "structure",
            "bases": ["DescribeJobResponse"],
            "members": {"JobConfigDocument": {"shape": "pipeline:Any"}},
        },
        # Lineage
        "LineageArguments": {
            "type": "structure",
            "members": {
                "Actions": {"shape": "pipeline:LineageActions"},
                "Artifacts": {"shape": "pipeline:LineageArtifacts"},
                "Contexts": {"shape": "pipeline:LineageContexts"},
                "Associations": {"shape": "pipeline:LineageAssociations"},
            },
        },
        "LineageActions": {"type": "list", "member": {"shape": "CreateActionRequest"}, "min": 1},
        "LineageArtifacts": {
            "type": "list",
            "member": {"shape": "CreateArtifactRequest"},
            "min": 1,
        },
        "LineageContexts": {"type": "list", "member": {"shape": "CreateContextRequest"}, "min": 1},
        "LineageAssociations": {
            "type": "list",
            "member": {"shape": "pipeline:LineageAssociation"},
            "min": 1,
        },
        "LineageAssociation": {
            "type": "structure",
            "members": {
                "Source": {"shape": "pipeline:LineageEntity"},
                "Destination": {"shape": "pipeline:LineageEntity"},
                "AssociationType": {"shape": "AssociationEdgeType"},
            },
            "required": ["Source", "Destination"],
        },
        "LineageEntity": {
            "type": "structure",
            "members": {
                "Arn": {"shape": "AssociationEntityArn"},
                "Name": {"shape": "ExperimentEntityNameOrArn"},
                "Type": {"shape": "pipeline:LineageEntityType"},
            },
        },
        "LineageEntityType": {"type": "string", "enum": ["Action", "Artifact", "Context"]},
        # Cleanup
        "CleanupArguments": {
            "type": "structure",
            "members": {"Resources": {"shape": "pipeline:CleanupResources"}},
            "required": ["Resources"],
        },
        "CleanupResources": {
            "type": "structure",
            "members": {"S3": {"shape": "pipeline:CleanupSources"}},
            "required": ["S3"],
        },
        "CleanupSources": {"type": "list", "member": {"shape": "pipeline:CleanupSource"}, "min": 1},
        "CleanupSource": {
            "type": "structure",
            "members": {"StepName": STRING, "S3Uris": {"shape": "pipeline:Strings"}},
            "required": ["StepName"],
        },
        # Bedrock
        "BedrockCustomModel": _pascal_case("CreateCustomModelRequest"),
        "BedrockCustomModelDeployment": _pascal_case("CreateCustomModelDeploymentRequest"),
        "BedrockModelImport": _pascal_case("CreateModelImportJobRequest"),
        "BedrockProvisionedModelThroughput": _pascal_case(
            "CreateProvisionedModelThroughputRequest"
        ),
        "BedrockCustomModelProperties": _pascal_case("GetCustomModelResponse"),
        # The SDK names the ARN as CreateCustomModelDeployment does not; both spellings are taken.
        "BedrockCustomModelDeploymentProperties": {
            **_pascal_case("GetCustomModelDeploymentResponse"),
            "members": {"ModelDeploymentArn": STRING},
        },
        "BedrockModelImportProperties": _pascal_case("GetModelImportJobResponse"),
        "BedrockProvisionedModelThroughputProperties": _pascal_case(
            "GetProvisionedModelThroughputResponse"
        ),
        # Types without a published form of their arguments
        "AthenaProperties": _strings("QueryExecutionId", "S3OutputLocation"),
        "HubContentProperties": _strings("HubArn", "HubContentArn"),
    }
)
