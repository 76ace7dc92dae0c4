"""What each type of step makes: a table of actions, for the pipeline's role and for the job's."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from compiler.infrastructure.policies.statement import Permission

# Pipelines names the jobs of an execution so, unless the request names them.
JOB = "pipelines-"


@dataclass(frozen=True, slots=True)
class Allow:
    """A permission and its resources: `service:resource`, in which `{Member|else}` is a name.

    With `needs`, it is there only for steps that have this member, or whose requests do.
    """

    permission: Permission
    resources: tuple[str, ...]
    needs: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """What a type of step makes.

    `service` is who takes on the role of its job, and `logs` where that job prints. `acts` tells
    whether the pipeline's role does itself what the request names, where that names no role.
    """

    allows: tuple[Allow, ...] = ()
    as_job: tuple[Allow, ...] = ()
    service: str = "sagemaker"
    logs: str | None = None
    acts: bool = False


def _actions(service: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{service}:{name}" for name in names)


def _job(kind: str, name: str, resource: str, *more: str) -> Allow:
    """Allow to start, follow and stop a job of SageMaker."""
    starts = (f"Create{kind}", f"Describe{kind}", f"Stop{kind}", "AddTags", *more)
    permission = Permission(
        f"Run{kind}s", _actions("sagemaker", *starts), f"steps are {resource.replace('-', ' ')}s"
    )
    return Allow(permission, (f"sagemaker:{resource}/{{{name}|{JOB}}}*",))


def _made(
    sid: str, service: str, names: str, reason: str, *resources: str, needs: str | None = None
) -> Allow:
    return Allow(Permission(sid, _actions(service, *names.split()), reason), resources, needs)


PROCESSING = _job("ProcessingJob", "ProcessingJobName", "processing-job")
TRAINING = _job("TrainingJob", "TrainingJobName", "training-job")
TUNING = _job(
    "HyperParameterTuningJob",
    "HyperParameterTuningJobName",
    "hyper-parameter-tuning-job",
    "ListTrainingJobsForHyperParameterTuningJob",
)
TRANSFORM = _job("TransformJob", "TransformJobName", "transform-job")
AUTOML = _job("AutoMLJob", "AutoMLJobName", "automl-job")
GROUP = "{ModelPackageGroupName|*}"


def _rule(name: str, needs: str | None = None) -> Allow:
    """Allow what Pipelines does itself with the pipeline's role, to be told of EMR's events.

    The names are those of the managed policy AmazonSageMakerPipelinesIntegrations.
    """
    reason = "a rule of this name tells Pipelines how steps on EMR are going"
    actions = "DescribeRule PutRule PutTargets"
    resource = f"events:rule/SageMakerPipelineExecution{name}"
    return _made("FollowEmr", "events", actions, reason, resource, needs=needs)


CHECK = Made(allows=(PROCESSING,), logs="/aws/sagemaker/ProcessingJobs")

TYPES: Mapping[str, Made] = MappingProxyType(
    {
        "Processing": CHECK,
        "QualityCheck": CHECK,
        "ClarifyCheck": Made(
            allows=(PROCESSING,),
            as_job=(
                _made(
                    "AskModels", "sagemaker",
                    "AddTags CreateEndpoint CreateEndpointConfig DeleteEndpoint "
                    "DeleteEndpointConfig DescribeEndpoint DescribeEndpointConfig InvokeEndpoint",
                    "Clarify puts the model on an endpoint for the time of the check",
                    "sagemaker:endpoint/sm-clarify-*", "sagemaker:endpoint-config/sm-clarify-*",
                    needs="ModelName",
                ),
                _made(
                    "ReadModels", "sagemaker", "DescribeModel", "the model that is checked",
                    "sagemaker:model/{ModelName|*}", needs="ModelName",
                ),
            ),
            logs="/aws/sagemaker/ProcessingJobs",
        ),
        "Training": Made(allows=(TRAINING,), logs="/aws/sagemaker/TrainingJobs"),
        "Tuning": Made(allows=(TUNING, TRAINING), logs="/aws/sagemaker/TrainingJobs"),
        "Transform": Made(
            allows=(
                TRANSFORM,
                _made(
                    "ReadModels", "sagemaker", "DescribeModel", "the models that steps name",
                    "sagemaker:model/{ModelName|*}",
                ),
            ),
            logs="/aws/sagemaker/TransformJobs",
            acts=True,
        ),
        "AutoML": Made(
            allows=(AUTOML,),
            as_job=(
                PROCESSING, TRAINING, TUNING, TRANSFORM,
                _made(
                    "MakeCandidates", "sagemaker", "AddTags CreateModel DeleteModel DescribeModel",
                    "an AutoML job makes models of its candidates",
                    f"sagemaker:model/{JOB}*",
                ),
            ),
            logs="/aws/sagemaker/ProcessingJobs",
        ),
        "Model": Made(
            allows=(
                _made(
                    "CreateModels", "sagemaker", "AddTags CreateModel DescribeModel DeleteModel",
                    "steps make models", f"sagemaker:model/{{ModelName|{JOB}}}*",
                ),
            ),
            logs="/aws/sagemaker/Endpoints",
            acts=True,
        ),
        "RegisterModel": Made(
            allows=(
                _made(
                    "RegisterModels", "sagemaker",
                    "AddTags CreateModelPackage DescribeModelPackage ListModelPackages",
                    "steps register models",
                    f"sagemaker:model-package/{GROUP}/*", f"sagemaker:model-package-group/{GROUP}",
                ),
                _made(
                    "FindGroups", "sagemaker", "CreateModelPackageGroup DescribeModelPackageGroup",
                    "a group that does not exist is made",
                    f"sagemaker:model-package-group/{GROUP}",
                ),
            ),
            acts=True,
        ),
        "EndpointConfig": Made(
            allows=(
                _made(
                    "ConfigureEndpoints", "sagemaker",
                    "AddTags CreateEndpointConfig DeleteEndpointConfig DescribeEndpointConfig",
                    "steps make configurations of endpoints",
                    f"sagemaker:endpoint-config/{{EndpointConfigName|{JOB}*}}",
                ),
            ),
            logs="/aws/sagemaker/Endpoints",
            acts=True,
        ),
        "Endpoint": Made(
            allows=(
                _made(
                    "DeployEndpoints", "sagemaker",
                    "AddTags CreateEndpoint DescribeEndpoint UpdateEndpoint",
                    "steps make endpoints, or update those of the name",
                    f"sagemaker:endpoint/{{EndpointName|{JOB}*}}",
                    f"sagemaker:endpoint-config/{{EndpointConfigName|{JOB}*}}",
                ),
            ),
        ),
        "InferenceComponent": Made(
            allows=(
                _made(
                    "DeployComponents", "sagemaker",
                    "AddTags CreateInferenceComponent DescribeInferenceComponent "
                    "UpdateInferenceComponent UpdateInferenceComponentRuntimeConfig",
                    "steps make inference components, or update those of the name",
                    f"sagemaker:inference-component/{{InferenceComponentName|{JOB}*}}",
                    "sagemaker:endpoint/{EndpointName|*}",
                ),
            ),
            acts=True,
        ),
        "Job": Made(
            allows=(_job("Job", "JobName", "job"),),
            logs="/aws/sagemaker/Jobs",
        ),
        "Lineage": Made(
            allows=(
                _made(
                    "RecordLineage", "sagemaker",
                    "AddAssociation AddTags CreateAction CreateArtifact CreateContext "
                    "DescribeAction DescribeArtifact DescribeContext",
                    "steps record where data and models come from; entities have no names yet",
                    "sagemaker:action/*", "sagemaker:artifact/*", "sagemaker:context/*",
                    "sagemaker:experiment/*", "sagemaker:experiment-trial-component/*",
                ),
            ),
        ),
        "Lambda": Made(),
        "Callback": Made(),
        "Condition": Made(),
        "Fail": Made(),
        "ForEach": Made(),
        "Cleanup": Made(acts=True),
        "EMR": Made(
            allows=(
                _made(
                    "RunOnEmr", "elasticmapreduce",
                    "AddJobFlowSteps CancelSteps DescribeCluster DescribeStep ListSteps",
                    "steps run on a cluster of EMR",
                    "elasticmapreduce:cluster/{ClusterId|*}",
                ),
                _made(
                    "StartClusters", "elasticmapreduce", "RunJobFlow",
                    "steps have clusters of their own; takes no resource", "*",
                    needs="ClusterConfig",
                ),
                _made(
                    "StopClusters", "elasticmapreduce", "AddTags TerminateJobFlows",
                    "steps have clusters of their own, whose ids are not known before",
                    "elasticmapreduce:cluster/*", needs="ClusterConfig",
                ),
                _rule("EMRStepStatusUpdateRule"),
                _rule("EMRClusterStatusUpdateRule", needs="ClusterConfig"),
            ),
            service="elasticmapreduce",
        ),
        "EMRServerless": Made(
            allows=(
                _made(
                    "RunOnEmrServerless", "emr-serverless",
                    "CancelJobRun GetApplication GetJobRun StartApplication StartJobRun "
                    "TagResource",
                    "steps run in an application of EMR Serverless",
                    "emr-serverless:/applications/{ApplicationId|*}",
                    "emr-serverless:/applications/{ApplicationId|*}/jobruns/*",
                ),
                _made(
                    "StartApplications", "emr-serverless", "CreateApplication",
                    "steps have applications of their own; takes no resource", "*",
                    needs="ApplicationConfig",
                ),
                _made(
                    "StopApplications", "emr-serverless", "DeleteApplication StopApplication",
                    "steps have applications of their own, whose ids are not known before",
                    "emr-serverless:/applications/*", needs="ApplicationConfig",
                ),
                _rule("EMRServerless*"),
            ),
            service="emr-serverless",
        ),
        "BedrockCustomModel": Made(
            allows=(
                _made(
                    "CreateCustomModels", "bedrock", "CreateCustomModel",
                    "steps bring models into Bedrock; takes no resource", "*",
                ),
                _made(
                    "FollowCustomModels", "bedrock", "GetCustomModel TagResource",
                    "how far a model is", "bedrock:custom-model/*",
                ),
            ),
            service="bedrock",
            acts=True,
        ),
        "BedrockCustomModelDeployment": Made(
            allows=(
                _made(
                    "DeployCustomModels", "bedrock",
                    "CreateCustomModelDeployment GetCustomModelDeployment TagResource",
                    "steps deploy models of Bedrock",
                    "bedrock:custom-model/*", "bedrock:custom-model-deployment/*",
                ),
            ),
            service="bedrock",
        ),
        "BedrockModelImport": Made(
            allows=(
                _made(
                    "ImportModels", "bedrock", "CreateModelImportJob",
                    "steps import models into Bedrock; takes no resource", "*",
                ),
                _made(
                    "FollowImports", "bedrock", "GetImportedModel GetModelImportJob TagResource",
                    "how far an import is",
                    "bedrock:imported-model/*", "bedrock:model-import-job/*",
                ),
            ),
            service="bedrock",
        ),
        "BedrockProvisionedModelThroughput": Made(
            allows=(
                _made(
                    "ProvisionThroughput", "bedrock",
                    "CreateProvisionedModelThroughput GetProvisionedModelThroughput TagResource",
                    "steps provision throughput of Bedrock's models",
                    "bedrock:custom-model/*", "bedrock::foundation-model/*",
                    "bedrock:provisioned-model/*",
                ),
            ),
            service="bedrock",
        ),
        # Types without a published form of their arguments.
        "Athena": Made(
            allows=(
                _made(
                    "QueryAthena", "athena",
                    "GetQueryExecution GetQueryResults StartQueryExecution StopQueryExecution",
                    "steps are queries to Athena", "athena:workgroup/{WorkGroup|primary}",
                ),
            ),
            acts=True,
        ),
        "HubContent": Made(
            allows=(
                _made(
                    "ImportHubContents", "sagemaker", "DescribeHubContent ImportHubContent",
                    "steps put contents into hubs",
                    "sagemaker:hub/{HubName|*}", "sagemaker:hub-content/{HubName|*}/*",
                ),
            ),
            acts=True,
        ),
    }
)  # fmt: skip
