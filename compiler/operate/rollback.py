"""Make the definition of an older version the current one, if its code is still there."""

from dataclasses import dataclass

from compiler.definition import is_inline
from compiler.deploy.aws import Answer, Aws
from compiler.deploy.changes import Change, changes
from compiler.deploy.deployed import describe, parsed_definition
from compiler.deploy.deployment import Deployment
from compiler.deploy.objects import Place, definition_place, missing_uploads, upload
from compiler.local.resolve import Json
from compiler.operate.packed_code import missing_code, storage_of
from compiler.operate.refusal import NotDoneError
from compiler.operate.versions import Version, list_versions, version_before, version_numbered


@dataclass(frozen=True, kw_only=True, slots=True)
class Rollback:
    """What is to be current again, and how it differs from what is current now.

    `text` is the definition as AWS keeps it, `storage` where its code is, if it has any.
    """

    arn: str
    name: str
    current: Version
    wanted: Version
    text: str
    storage: str | None
    changes: tuple[Change, ...]


def plan_rollback(aws: Aws, pipeline: str, number: int | None) -> Rollback:
    """Return what a rollback would do, to the version before the current one if none is given.

    Raises NotDoneError if there is no such version, or code that it needs is gone.
    """
    now = _described(aws, pipeline)
    versions = list_versions(aws, now["PipelineArn"])
    current = version_numbered(versions, None)
    wanted = (
        version_before(versions, current.number)
        if number is None
        else version_numbered(versions, number)
    )
    if wanted.number == current.number:
        raise NotDoneError(f"version {wanted.number} is the current one")
    then = _described(aws, pipeline, PipelineVersionId=wanted.number)
    _check_code(aws, wanted, then)
    role = now.get("RoleArn")
    old = Deployment(definition=parsed_definition(now), role=role)
    new = Deployment(definition=parsed_definition(then), role=role)
    return Rollback(
        arn=now["PipelineArn"],
        name=now["PipelineName"],
        current=current,
        wanted=wanted,
        text=then["PipelineDefinition"],
        storage=storage_of(parsed_definition(then), now["PipelineName"]),
        changes=tuple(changes(old, new, now["PipelineName"])),
    )


def roll_back(aws: Aws, plan: Rollback) -> int | None:
    """Update the pipeline to the older definition, and return the number of the new version.

    Raises NotDoneError if since the plan there has come to be another version, or code has gone.
    """
    newest = version_numbered(list_versions(aws, plan.name), None)
    if newest.number != plan.current.number:
        raise NotDoneError(f"`{plan.name}` has got version {newest.number} meanwhile: look again")
    request: dict[str, Json] = {"PipelineDefinition": plan.text}
    _check_code(aws, plan.wanted, request)
    place = _place_if_large(aws, plan)
    if place is not None:
        location = {"Bucket": place.bucket, "ObjectKey": place.key}
        request = {"PipelineDefinitionS3Location": location}
    answer = aws.call("sagemaker", "UpdatePipeline", PipelineName=plan.name, **request)
    return answer.get("PipelineVersionId")


def _check_code(aws: Aws, version: Version, answer: Answer) -> None:
    gone = missing_code(aws, parsed_definition(answer))
    if gone:
        listed = "\n  ".join(gone)
        raise NotDoneError(
            f"version {version.number} needs code that is no longer in S3:\n  {listed}"
        )


def _place_if_large(aws: Aws, plan: Rollback) -> Place | None:
    """Return where a definition lies that is too large for a request, after putting it there."""
    if is_inline(plan.text) or plan.storage is None:
        return None
    place = definition_place(plan.storage, plan.name, plan.text)
    upload(aws, missing_uploads(aws, {place.uri: plan.text.encode()}))
    return place


def _described(aws: Aws, pipeline: str, **version: int) -> Answer:
    answer = describe(aws, pipeline, **version)
    if answer is None:
        raise NotDoneError(f"there is no pipeline `{pipeline}`")
    return answer
