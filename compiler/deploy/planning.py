"""Make the plan for a pipeline in the world as it is."""

from collections.abc import Iterator
from dataclasses import replace

from compiler.compile import CompiledPipeline
from compiler.deploy.caching import cache_impact
from compiler.deploy.calls import Call, calls
from compiler.deploy.changes import Change, changes
from compiler.deploy.deployment import hash_of
from compiler.deploy.drift import overwritten
from compiler.deploy.plan import Plan, Uploaded
from compiler.deploy.world import World
from compiler.starts import name_in_rule


def make_plan(pipeline: CompiledPipeline, world: World, source: str) -> Plan:
    """Return the plan for a pipeline in the world as it is; nothing is asked or written."""
    wanted = world.wanted
    deployed = world.deployed.pipeline
    found = [
        _placed(change, pipeline)
        for change in changes(deployed, wanted, world.name, world.deployed.deployment)
    ]
    found += [
        Change(kind="group", name=group, verb="add", label="model package group")
        for group in world.absent_groups
    ]
    return Plan(
        name=world.name,
        source=source,
        target=pipeline.target,
        account=world.account,
        region=world.region,
        basis=basis(world),
        content=wanted.sha256,
        changes=tuple(found),
        overwritten=overwritten(world),
        uploads=_uploads(world, pipeline),
        calls=planned_calls(world),
        needs_record=needs_record(world),
        cache=cache_impact(deployed.definition, wanted.definition) if deployed else (),
        notes=tuple(_notes(world, pipeline)),
    )


def planned_calls(world: World) -> tuple[Call, ...]:
    """Return the calls that make what is deployed what is wanted."""
    return calls(
        name=world.name,
        wanted=world.wanted,
        deployed=world.deployed,
        absent_groups=world.absent_groups,
        definition_at=world.definition_at,
    )


def needs_record(world: World) -> bool:
    """Return whether the record does not say what is wanted."""
    record = world.record
    if record is None:
        return False
    return record.deployment is None or record.deployment.sha256 != world.wanted.sha256


def basis(world: World) -> str:
    """Return the hash of what is deployed: it is another when anything has changed there."""
    deployed = world.deployed
    state = [deployed.arn, deployed.deployment.as_json(), sorted(deployed.starts.shared_rules)]
    return hash_of([state, sorted(world.absent_groups)])


def _uploads(world: World, pipeline: CompiledPipeline) -> tuple[Uploaded, ...]:
    folders: dict[str, list[int]] = {}
    for each in world.uploads:
        folder = each.place.uri.rpartition("/")[0] + "/"
        folders.setdefault(folder, []).append(each.size)
    users: dict[str, list[str]] = {}
    for step, code in pipeline.code.by_step.items():
        users.setdefault(code.artifact.prefix(pipeline.storage, pipeline.name), []).append(step)
    return tuple(
        Uploaded(uri=uri, steps=tuple(users.get(uri, ())), files=len(sizes), bytes=sum(sizes))
        for uri, sizes in folders.items()
    )


def _placed(change: Change, pipeline: CompiledPipeline) -> Change:
    if change.kind != "step" or change.verb == "remove":
        return change
    span = pipeline.spec.steps.key_span(change.name)
    return replace(change, place=f"{span.source.name}:{span.line}")


def _notes(world: World, pipeline: CompiledPipeline) -> Iterator[str]:
    limit = world.wanted.parallelism
    if limit is not None and pipeline.spec.parallelism is None:
        yield (
            f"the parallelism of {limit} stays, though the spec has none: SageMaker has no way to"
            " take it away"
        )
    for what in world.deployed.starts.unseen:
        yield f"{what} of the pipeline could not be looked at: access is denied"
    for trigger in sorted(world.deployed.starts.shared_rules):
        yield f"the rule of {trigger} has targets of others too, which stay"
    yield from _silent_triggers(pipeline, world)
    role = world.wanted.role or ""
    owner = role.split(":")[4] if role.count(":") >= 5 else ""
    if owner not in ("", world.account):
        yield f"the role is of account {owner}, and a pipeline takes only roles of its own"
    for group, step in world.absent_feature_groups.items():
        yield f"there is no feature group {group}, so {step} would fail"
    claim = world.record.claim if world.record is not None else None
    if claim is not None and claim.is_active:
        yield f"an upsert that {claim.by} has begun is at work"
    if world.record is None:
        yield (
            "without `storage` there is no record of what was deployed:"
            " changes by others can't be told, and two upserts at once are not kept apart"
        )


def _silent_triggers(pipeline: CompiledPipeline, world: World) -> Iterator[str]:
    there = world.deployed.deployment.triggers
    for name, trigger in pipeline.spec.triggers:
        if trigger.s3 is not None and name_in_rule(name) not in there:
            bucket = str(trigger.s3.value).removeprefix("s3://").partition("/")[0]
            yield f"{name} starts nothing unless {bucket} sends its events to EventBridge"
