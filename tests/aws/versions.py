"""Play the operations on the versions of a pipeline, and on their aliases."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tests.aws.calls import Call
from tests.aws.paging import created_between, in_order, page
from tests.aws.refusals import RefusedError, invalid
from tests.aws.world import Pipeline, Version, World, told

MOST_ALIASES = 10


def version_asked(pipeline: Pipeline, request: dict[str, Any]) -> Version:
    """Return the version of the number or alias in a request, or the latest."""
    number = request.get("PipelineVersionId")
    alias = request.get("PipelineVersionAlias")
    if number is not None and alias is not None:
        raise invalid("PipelineVersionId and PipelineVersionAlias can't be given together.")
    if number is None and alias is None:
        return pipeline.latest
    for version in pipeline.versions:
        if version.number == number or alias in version.aliases:
            return version
    asked = f"version {number}" if alias is None else f"version with the alias '{alias}'"
    raise RefusedError("ResourceNotFound", f"Pipeline '{pipeline.name}' has no {asked}.")


def check_aliases(aliases: Sequence[str], others: Sequence[Version]) -> None:
    """Say no to aliases that are not well formed, too many, or another version's."""
    if len(aliases) > MOST_ALIASES:
        raise invalid(f"A pipeline version can have {MOST_ALIASES} aliases.")
    for alias in aliases:
        if alias.isdigit():
            raise invalid(f"The alias '{alias}' can't consist of numbers only.")
        for version in others:
            if alias in version.aliases:
                message = f"The alias '{alias}' is that of version {version.number}."
                raise RefusedError("ConflictException", message)


def update_pipeline_version(world: World, call: Call) -> dict[str, Any]:
    """Name a version, describe it, give it aliases and take them away."""
    request = call.request
    pipeline = world.pipeline(call, request["PipelineArn"])
    version = version_asked(pipeline, {"PipelineVersionId": request["PipelineVersionId"]})
    changes = request.get("PipelineVersionAliasOperations", {})
    added, removed = changes.get("Add", []), changes.get("Remove", [])
    if set(added) & set(removed):
        raise invalid("An alias can't be added and removed at once.")
    kept = [alias for alias in version.aliases if alias not in removed]
    aliases = tuple(dict.fromkeys([*kept, *added]))
    others = [other for other in pipeline.versions if other.number != version.number]
    check_aliases(aliases, others)
    world.keep_version(
        pipeline,
        replace(
            version,
            aliases=aliases,
            display_name=request.get("PipelineVersionDisplayName", version.display_name),
            description=request.get("PipelineVersionDescription", version.description),
        ),
    )
    return {"PipelineArn": pipeline.arn, "PipelineVersionId": version.number}


def list_pipeline_versions(world: World, call: Call) -> dict[str, Any]:
    """List the versions of a pipeline, the newest first."""
    request = call.request
    pipeline = world.pipeline(call, request["PipelineName"])
    found = [
        told(
            PipelineArn=pipeline.arn,
            PipelineVersionId=version.number,
            CreationTime=version.created,
            PipelineVersionDescription=version.description,
            PipelineVersionDisplayName=version.display_name,
            LastExecutionPipelineExecutionArn=version.last_execution,
            PipelineVersionAliases=list(version.aliases),
        )
        for version in pipeline.versions
    ]
    found = in_order(created_between(found, request), request, descending=True)
    items, token = page(found, request, world.page_size)
    return told(PipelineVersionSummaries=items, NextToken=token)
