"""What there is in AWS of a pipeline and of what pipec made around it, to be deleted."""

from collections.abc import Iterator
from dataclasses import dataclass

from compiler.deploy.aws import Answer, Aws, AwsError
from compiler.deploy.deployed import describe, parsed_definition
from compiler.deploy.objects import Place
from compiler.deploy.record import record_place
from compiler.local.naming import arn_of
from compiler.local.resolve import Json
from compiler.operate.executions import RUNNING, Execution, list_executions
from compiler.operate.packed_code import storage_of
from compiler.starts import rule_prefix, schedule_group

FOLDERS = ("code", "definitions", "deployed")


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A rule of EventBridge, and those of its targets that are this pipeline.

    `is_ours` is whether it has no other targets, so that it can go as a whole.
    """

    name: str
    targets: tuple[str, ...]
    is_ours: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Belongings:
    """All that a deletion takes away.

    `group` is the group of schedules, if no other schedules are in it. `record` is the object in
    S3 that says what was deployed, `objects` are the others below the pipeline's folders.
    `elsewhere` are the records of deployments to other accounts and regions, which use the same
    code.
    """

    name: str
    arn: str
    exists: bool
    running: tuple[Execution, ...]
    schedules: tuple[str, ...]
    group: str | None
    rules: tuple[Rule, ...]
    storage: str | None
    record: Place | None
    objects: tuple[Place, ...]
    elsewhere: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing of it, with or without its artefacts."""
        return not (self.exists or self.schedules or self.group or self.rules or self.record)

    def as_json(self) -> dict[str, Json]:
        """Return what is deleted as JSON."""
        return {
            "pipeline": self.name,
            "arn": self.arn,
            "exists": self.exists,
            "running": [each.arn for each in self.running],
            "schedules": list(self.schedules),
            "schedule_group": self.group,
            "rules": [rule.name for rule in self.rules],
            "record": self.record.uri if self.record is not None else None,
        }


def read_belongings(aws: Aws, pipeline: str, storage: str | None) -> Belongings:
    """Return what there is of a pipeline, by its name or ARN.

    Where its code is kept is read from its definition if no `storage` is given.
    """
    answer = describe(aws, pipeline)
    name = answer["PipelineName"] if answer is not None else pipeline.rpartition("/")[2]
    if answer is not None:
        arn = answer["PipelineArn"]
        storage = storage or storage_of(parsed_definition(answer), name)
    elif pipeline.startswith("arn:"):
        arn = pipeline
    else:
        arn = arn_of(f"pipeline/{name.lower()}", account=aws.account, region=aws.home)
    schedules, others = _schedules(aws, name, arn)
    found = tuple(_objects(aws, storage, name)) if storage else ()
    record = record_place(storage, name, aws.account, aws.home) if storage else None
    return Belongings(
        name=name,
        arn=arn,
        exists=answer is not None,
        running=running_executions(aws, name) if answer is not None else (),
        schedules=schedules,
        group=schedule_group(name) if others == () else None,
        rules=tuple(_rules(aws, name, arn)),
        storage=storage,
        record=record if record in found else None,
        objects=tuple(place for place in found if place != record),
        elsewhere=tuple(
            place.key.rpartition("/")[2].removesuffix(".json")
            for place in found
            if place != record and place.key.rpartition("/")[0].endswith(f"{name}/deployed")
        ),
    )


def running_executions(aws: Aws, pipeline: str) -> tuple[Execution, ...]:
    """Return the executions of a pipeline that are not over."""
    return tuple(each for each in list_executions(aws, pipeline) if each.status in RUNNING)


def _schedules(aws: Aws, name: str, arn: str) -> tuple[tuple[str, ...], tuple[str, ...] | None]:
    """Return the schedules of a pipeline, and the others in its group; None without a group."""
    group = schedule_group(name)
    if aws.find("scheduler", "GetScheduleGroup", Name=group) is None:
        return (), None
    listed = tuple(aws.pages("scheduler", "ListSchedules", "Schedules", GroupName=group))
    own = tuple(each["Name"] for each in listed if each["Target"]["Arn"] == arn)
    return own, tuple(each["Name"] for each in listed if each["Name"] not in own)


def _rules(aws: Aws, name: str, arn: str) -> Iterator[Rule]:
    for rule in aws.pages("events", "ListRules", "Rules", NamePrefix=rule_prefix(name)):
        targets: list[Answer] = list(
            aws.pages("events", "ListTargetsByRule", "Targets", Rule=rule["Name"])
        )
        own = tuple(each["Id"] for each in targets if each["Arn"] == arn)
        # An upsert that failed in between has left a rule without a target.
        if own or not targets:
            yield Rule(name=rule["Name"], targets=own, is_ours=len(own) == len(targets))


def _objects(aws: Aws, storage: str, name: str) -> Iterator[Place]:
    for folder in FOLDERS:
        place = Place.of(f"{storage.rstrip('/')}/{name}/{folder}/")
        try:
            listed = list(
                aws.pages("s3", "ListObjectsV2", "Contents", Bucket=place.bucket, Prefix=place.key)
            )
        except AwsError as error:
            if error.code != "NoSuchBucket":
                raise
            return
        for each in listed:
            yield Place(place.bucket, each["Key"])
