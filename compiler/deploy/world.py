"""What plan and upsert look at before they say or do anything: the pipeline's part of AWS."""

from dataclasses import dataclass, replace

from compiler.compile import CompiledPipeline
from compiler.definition import is_inline
from compiler.deploy.aws import Aws
from compiler.deploy.deployed import Deployed, read_deployed
from compiler.deploy.deployment import Deployment, wanted
from compiler.deploy.groups import absent_feature_groups, absent_model_package_groups
from compiler.deploy.objects import Place, Upload, definition_place, missing_uploads
from compiler.deploy.record import Record, read_record, record_place


@dataclass(frozen=True, kw_only=True, slots=True)
class World:
    """What is wanted of a pipeline, and what is there."""

    name: str
    account: str
    region: str
    wanted: Deployment
    deployed: Deployed
    definition_at: Place | None
    record: Record | None
    uploads: tuple[Upload, ...]
    absent_groups: tuple[str, ...]
    absent_feature_groups: dict[str, str]


def read_world(aws: Aws, pipeline: CompiledPipeline) -> World:
    """Return what there is of a pipeline; raises AwsError."""
    want = wanted(pipeline)
    record = None
    if pipeline.storage:
        place = record_place(pipeline.storage, pipeline.name, aws.account, aws.home)
        record = read_record(aws, place)
    recorded = record.deployment if record is not None else None
    deployed = read_deployed(aws, pipeline.name, want, recorded)
    want = _possible(want, deployed)
    text = pipeline.definition_line
    objects = pipeline.uploads()
    at = None
    if pipeline.storage and not is_inline(text):
        at = definition_place(pipeline.storage, pipeline.name, text)
        objects[at.uri] = text.encode()
    return World(
        name=pipeline.name,
        account=aws.account,
        region=aws.home,
        wanted=want,
        deployed=deployed,
        definition_at=at,
        record=record,
        uploads=missing_uploads(aws, objects),
        absent_groups=absent_model_package_groups(aws, want.definition),
        absent_feature_groups=absent_feature_groups(aws, want.definition),
    )


def _possible(want: Deployment, deployed: Deployed) -> Deployment:
    """Return what is wanted as far as SageMaker can do it: a limit of steps can't be taken away."""
    if want.parallelism is None:
        return replace(want, parallelism=deployed.deployment.parallelism)
    return want
