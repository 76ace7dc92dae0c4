"""Play the part of AWS for the calls that moto lacks or gets wrong.

All operations of SageMaker on pipelines, their versions and executions are ours, and so are the
tags of pipelines; moto never hears of a pipeline. DescribeFeatureGroup is moto's, but for a group
that is not there. Everything else goes to moto as it is, after a check of what is sent to
EventBridge, its scheduler and SageMaker against the limits in botocore's model. Nobody plays
SendPipelineExecutionStepSuccess and SendPipelineExecutionStepFailure.
"""

from collections.abc import Callable
from typing import Any

from tests.aws import executions, pipelines, versions
from tests.aws.calls import Call, Named
from tests.aws.refusals import REQUEST_ID, RefusedError, answer_of, invalid
from tests.aws.routes import service_model
from tests.aws.shapes import written, wrong_answer, wrong_request
from tests.aws.wire import Answer
from tests.aws.world import World

Play = Callable[[World, Call], dict[str, Any]]

PLAYED: dict[str, Play] = {
    "CreatePipeline": pipelines.create_pipeline,
    "DeletePipeline": pipelines.delete_pipeline,
    "DescribePipeline": pipelines.describe_pipeline,
    "DescribePipelineDefinitionForExecution": (
        executions.describe_pipeline_definition_for_execution
    ),
    "DescribePipelineExecution": executions.describe_pipeline_execution,
    "ListPipelineExecutionSteps": executions.list_pipeline_execution_steps,
    "ListPipelineExecutions": executions.list_pipeline_executions,
    "ListPipelineParametersForExecution": executions.list_pipeline_parameters_for_execution,
    "ListPipelineVersions": versions.list_pipeline_versions,
    "ListPipelines": pipelines.list_pipelines,
    "RetryPipelineExecution": executions.retry_pipeline_execution,
    "StartPipelineExecution": executions.start_pipeline_execution,
    "StopPipelineExecution": executions.stop_pipeline_execution,
    "UpdatePipeline": pipelines.update_pipeline,
    "UpdatePipelineExecution": executions.update_pipeline_execution,
    "UpdatePipelineVersion": versions.update_pipeline_version,
}
PLAYED_FOR_PIPELINES: dict[str, Play] = {
    "AddTags": pipelines.add_tags,
    "DeleteTags": pipelines.delete_tags,
    "ListTags": pipelines.list_tags,
}

STRICT = frozenset({"events", "sagemaker", "scheduler"})


def player_of(call: Call) -> Play | None:
    """Return what plays a call, or None if moto does."""
    if call.service != "sagemaker":
        return None
    if ":pipeline/" in str(call.request.get("ResourceArn")):
        return PLAYED_FOR_PIPELINES.get(call.operation)
    return PLAYED.get(call.operation)


def play(world: World, call: Call, named: Named) -> Answer | None:
    """Answer a call if it is one of ours; answers that AWS could not give are bugs."""
    player = player_of(call)
    if player is None:
        return None
    try:
        check_request(call)
        with world.lock:
            answer = player(world, call)
    except RefusedError as refused:
        return answer_of(refused, named)
    wrong = wrong_answer(call.service, call.operation, answer)
    assert not wrong, (call.operation, wrong)
    headers = (("Content-Type", "application/x-amz-json-1.1"), ("x-amzn-RequestId", REQUEST_ID))
    return Answer(status=200, headers=headers, body=written(answer))


def check_request(call: Call) -> None:
    """Say no to a request that breaks the limits in the model."""
    said = wrong_request(call.service, call.operation, call.request)
    if said:
        raise invalid(f"{len(said)} validation error(s) detected: {'; '.join(said)}")


def refused_by_model(call: Call, named: Named) -> Answer | None:
    """Return the error for a request to moto that AWS would not take, and moto might."""
    if call.service not in STRICT or not known(call):
        return None
    try:
        check_request(call)
    except RefusedError as refused:
        return answer_of(refused, named)
    return None


def known(call: Call) -> bool:
    """Say whether the operation is in the model."""
    model = service_model(call.service)
    return model is not None and call.operation in model.operation_names


def corrected(answer: Answer, call: Call, named: Named) -> Answer:
    """Return what AWS would say where moto says something else."""
    if call.operation == "DescribeFeatureGroup" and answer.status >= 400:
        message = f"Resource Not Found: Amazon SageMaker can't find {call.resource}"
        return answer_of(RefusedError("ResourceNotFound", message), named)
    return answer
