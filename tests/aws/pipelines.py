"""Play the operations on pipelines and their tags."""

from dataclasses import replace
from typing import Any

from tests.aws.calls import Call
from tests.aws.definitions import definition_in
from tests.aws.paging import created_between, in_order, page
from tests.aws.refusals import RefusedError, invalid
from tests.aws.versions import check_aliases, version_asked
from tests.aws.world import Pipeline, Version, World, arn_of, person, told


def create_pipeline(world: World, call: Call) -> dict[str, Any]:
    """Make a pipeline with version 1; the same request with the same token makes one only."""
    request = call.request
    name = request["PipelineName"]
    before = world.before(call, name)
    if before in world.pipelines:
        return {"PipelineArn": before}
    arn = arn_of(call.region, name)
    if arn in world.pipelines:
        message = (
            "Pipeline names must be unique within an AWS account and region. "
            f"Pipeline with name ({name}) already exists."
        )
        raise RefusedError(world.existing_code, message)
    definition = definition_in(world, request)
    if definition is None:
        raise invalid("Either PipelineDefinition or PipelineDefinitionS3Location must be set.")
    aliases = tuple(request.get("PipelineVersionAliases", ()))
    check_aliases(aliases, others=())
    now = world.now()
    world.keep(
        Pipeline(
            name=name,
            arn=arn,
            display_name=request.get("PipelineDisplayName", name),
            description=request.get("PipelineDescription", ""),
            role=request["RoleArn"],
            parallelism=request.get("ParallelismConfiguration"),
            created=now,
            modified=now,
            created_by=person(call),
            modified_by=person(call),
            versions=(Version(number=1, definition=definition, created=now, aliases=aliases),),
            tags={tag["Key"]: tag["Value"] for tag in request.get("Tags", ())},
        )
    )
    world.remember(call, name, arn)
    return {"PipelineArn": arn}


def update_pipeline(world: World, call: Call) -> dict[str, Any]:
    """Change a pipeline; another definition makes a new version."""
    request = call.request
    pipeline = world.pipeline(call, request["PipelineName"])
    definition = definition_in(world, request)
    aliases = tuple(request.get("PipelineVersionAliases", ()))
    new = definition is not None and definition != pipeline.latest.definition
    if aliases and not new:
        raise invalid("Aliases can be given only when the pipeline definition changes.")
    check_aliases(aliases, others=pipeline.versions)
    now = world.now()
    changed = replace(
        pipeline,
        display_name=request.get("PipelineDisplayName", pipeline.display_name),
        description=request.get("PipelineDescription", pipeline.description),
        role=request.get("RoleArn", pipeline.role),
        parallelism=request.get("ParallelismConfiguration", pipeline.parallelism),
        modified=now,
        modified_by=person(call),
    )
    world.keep(changed)
    if new and definition is not None:
        number = pipeline.latest.number + 1
        version = Version(number=number, definition=definition, created=now, aliases=aliases)
        changed = world.keep_version(changed, version)
    return {"PipelineArn": pipeline.arn, "PipelineVersionId": changed.latest.number}


def describe_pipeline(world: World, call: Call) -> dict[str, Any]:
    """Describe a pipeline in its latest version, or in the one that is asked for."""
    pipeline = world.pipeline(call, call.request["PipelineName"])
    version = version_asked(pipeline, call.request)
    return told(
        PipelineArn=pipeline.arn,
        PipelineName=pipeline.name,
        PipelineDisplayName=pipeline.display_name,
        PipelineDefinition=version.definition,
        PipelineDescription=pipeline.description or None,
        RoleArn=pipeline.role,
        PipelineStatus="Active",
        CreationTime=pipeline.created,
        LastModifiedTime=pipeline.modified,
        LastRunTime=pipeline.last_run,
        CreatedBy=pipeline.created_by,
        LastModifiedBy=pipeline.modified_by,
        ParallelismConfiguration=pipeline.parallelism,
        PipelineVersionDisplayName=version.display_name,
        PipelineVersionDescription=version.description,
        PipelineVersionAliases=list(version.aliases),
    )


def delete_pipeline(world: World, call: Call) -> dict[str, Any]:
    """Delete a pipeline with its executions, unless one of them runs."""
    pipeline = world.pipeline(call, call.request["PipelineName"])
    own = [run for run in world.executions.values() if run.pipeline.arn == pipeline.arn]
    if any(run.frame.status in {"Executing", "Stopping"} for run in own):
        message = f"Pipeline '{pipeline.name}' has running executions."
        raise RefusedError("ConflictException", message)
    for run in own:
        del world.executions[run.arn]
    del world.pipelines[pipeline.arn]
    return {"PipelineArn": pipeline.arn}


def list_pipelines(world: World, call: Call) -> dict[str, Any]:
    """List the pipelines of a region, the newest first."""
    request = call.request
    prefix = request.get("PipelineNamePrefix", "")
    region = arn_of(call.region, "")
    found = [
        told(
            PipelineArn=pipeline.arn,
            PipelineName=pipeline.name,
            PipelineDisplayName=pipeline.display_name,
            PipelineDescription=pipeline.description or None,
            RoleArn=pipeline.role,
            CreationTime=pipeline.created,
            LastModifiedTime=pipeline.modified,
            LastExecutionTime=pipeline.last_run,
        )
        for pipeline in world.pipelines.values()
        if pipeline.name.startswith(prefix) and pipeline.arn.startswith(region)
    ]
    by_name = request.get("SortBy") == "Name"
    found.sort(key=lambda item: item["PipelineName" if by_name else "CreationTime"])
    found = in_order(created_between(found, request), request, descending=True)
    items, token = page(found, request, world.page_size)
    return told(PipelineSummaries=items, NextToken=token)


def add_tags(world: World, call: Call) -> dict[str, Any]:
    """Tag a pipeline."""
    pipeline = world.pipeline(call, call.request["ResourceArn"])
    added = {tag["Key"]: tag["Value"] for tag in call.request["Tags"]}
    tags = {**pipeline.tags, **added}
    world.keep(replace(pipeline, tags=tags))
    return {"Tags": listed(tags)}


def list_tags(world: World, call: Call) -> dict[str, Any]:
    """List the tags of a pipeline."""
    pipeline = world.pipeline(call, call.request["ResourceArn"])
    items, token = page(listed(pipeline.tags), call.request, world.page_size)
    return told(Tags=items, NextToken=token)


def delete_tags(world: World, call: Call) -> dict[str, Any]:
    """Take tags away from a pipeline."""
    pipeline = world.pipeline(call, call.request["ResourceArn"])
    gone = set(call.request["TagKeys"])
    tags = {key: value for key, value in pipeline.tags.items() if key not in gone}
    world.keep(replace(pipeline, tags=tags))
    return {}


def listed(tags: dict[str, str]) -> list[dict[str, Any]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]
