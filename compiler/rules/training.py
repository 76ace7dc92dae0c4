"""What must go together in a training job, be it a step of its own or one of a tuning job."""

from collections.abc import Iterator

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic, Related
from compiler.document.node import MappingNode, ScalarNode, SequenceNode
from compiler.rules.part import Part
from compiler.sagemaker.metric_regex import INVALID, compiled

RUN, WAIT = "StoppingCondition.MaxRuntimeInSeconds", "StoppingCondition.MaxWaitTimeInSeconds"
SPOT = "EnableManagedSpotTraining"
DEFAULT_RUN = 86_400
LONGEST_RUN = 2_419_200
CHECKPOINTS = "/opt/ml/checkpoints"
KEPT = ("input", "output", "model", "code", "failure", "errors", "processing")
SUBMIT_DIRECTORY = "sagemaker_submit_directory"


def check_spot(part: Part) -> Iterator[Diagnostic]:
    """Find a spot training that says nothing of its waiting, or waits for less than it runs."""
    is_spot = part.literal(SPOT)
    if part.has(SPOT) and not part.is_reference(SPOT) and not isinstance(is_spot, bool):
        return
    if is_spot is True and not part.has(WAIT):
        yield Diagnostic(
            code=codes.SPOT_WITHOUT_WAIT,
            message="a spot training needs to know how long to wait: `MaxWaitTimeInSeconds`",
            span=part.span(SPOT),
            hint="set it in `StoppingCondition`, to at least `MaxRuntimeInSeconds`",
        )
    if part.has(WAIT) and not part.is_reference(SPOT) and is_spot is not True:
        yield Diagnostic(
            code=codes.WAIT_WITHOUT_SPOT,
            message=f"{part.word(WAIT)} is only for a spot training, which this is not",
            span=part.span(WAIT),
            hint="take it out, or set `EnableManagedSpotTraining: true`",
        )
        return
    wait, run = part.number(WAIT), part.number(RUN)
    run = DEFAULT_RUN if not part.has(RUN) else run
    if wait is not None and run is not None and 1 <= wait < run:
        shown = part.shown(RUN) if part.has(RUN) else f"{DEFAULT_RUN} when left out"
        yield Diagnostic(
            code=codes.WAIT_BELOW_RUN,
            message=f"{part.word(WAIT)} is {part.shown(WAIT)}, less than {part.word(RUN)},"
            f" which is {shown}",
            span=part.span(WAIT),
            hint="the wait includes the run, so it is at least as long",
        )


def check_run(part: Part) -> Iterator[Diagnostic]:
    """Find a training that may run for longer than any may."""
    run = part.number(RUN)
    if run is not None and run > LONGEST_RUN:
        yield Diagnostic(
            code=codes.MEMBER_RANGE,
            message=f"{part.word(RUN)} is {part.shown(RUN)}, expected at most {LONGEST_RUN}"
            " seconds, which are 28 days",
            span=part.span(RUN),
        )


def check_checkpoints(part: Part) -> Iterator[Diagnostic]:
    """Find checkpoints in a folder that SageMaker has for something else."""
    path = part.text("LocalPath")
    if path is None:
        return
    folder = f"{path.rstrip('/')}/"
    is_kept = folder == "/opt/ml/" or folder.startswith(tuple(f"/opt/ml/{name}/" for name in KEPT))
    if is_kept or not path.startswith("/"):
        why = "which is no absolute path"
        if path.startswith("/"):
            why = "which SageMaker keeps for itself"
        yield Diagnostic(
            code=codes.CHECKPOINT_PATH,
            message=f"checkpoints are written to `{path}`, {why}",
            span=part.span("LocalPath"),
            hint=f"write them to `{CHECKPOINTS}`, or to a folder outside of `/opt/ml`",
        )


def check_metric(part: Part) -> Iterator[Diagnostic]:
    """Find a metric whose regular expression can't be read or has not one group."""
    regex, name = part.text("Regex"), part.text("Name")
    if regex is None:
        return
    of_metric = f" of `{name}`" if name is not None else ""
    try:
        groups = compiled(regex).groups
    except INVALID as error:
        problem = f"the regular expression{of_metric} is not valid: {error}"
    else:
        if groups:
            return
        problem = f"the regular expression{of_metric} has 0 groups, expected one for the value"
    yield Diagnostic(
        code=codes.INVALID_REGEX,
        message=problem,
        span=part.span("Regex"),
        hint="put the number, and only it, in parentheses: `loss=([0-9.]+)`",
    )


def check_channel(part: Part) -> Iterator[Diagnostic]:
    """Find a manifest with attributes that does not arrive through a pipe."""
    kind = "DataSource.S3DataSource.S3DataType"
    mode = part.text("InputMode")
    if mode in ("Pipe", "FastFile") and part.has("DataSource.FileSystemDataSource"):
        yield Diagnostic(
            code=codes.INPUT_MODE,
            message=f"a file system is read as files, not by `{mode}`",
            span=part.span("InputMode"),
            hint="take the mode out, or set it to `File`",
        )
    if part.text(kind) != "AugmentedManifestFile":
        return
    if mode in ("File", "FastFile"):
        yield Diagnostic(
            code=codes.INPUT_MODE,
            message=f"an `AugmentedManifestFile` arrives only by `Pipe`, not by `{mode}`",
            span=part.span("InputMode"),
        )
    if not part.has("DataSource.S3DataSource.AttributeNames"):
        yield Diagnostic(
            code=codes.MISSING_MEMBER,
            message="an `AugmentedManifestFile` needs `AttributeNames`, what to read of each line",
            span=part.span(kind),
        )


def check_file_systems(part: Part) -> Iterator[Diagnostic]:
    """Find data in a file system that the job can't reach, being in no network with it."""
    for row in () if part.has("VpcConfig") else part.rows("InputDataConfig"):
        source = row.get("DataSource")
        system = source.get("FileSystemDataSource") if isinstance(source, MappingNode) else None
        if isinstance(source, MappingNode) and system is not None:
            yield Diagnostic(
                code=codes.FILE_SYSTEM_WITHOUT_VPC,
                message="a file system is reached only in a private network, and there is none",
                span=source.key_span("FileSystemDataSource"),
                hint="set `VpcConfig` to the network of the file system",
            )


def check_groups_of_channels(part: Part) -> Iterator[Diagnostic]:
    """Find channels for instance groups that the job does not have."""
    groups = [row.get("InstanceGroupName") for row in part.rows("ResourceConfig.InstanceGroups")]
    known = [group.value for group in groups if isinstance(group, ScalarNode)]
    for row in part.rows("InputDataConfig"):
        source = row.get("DataSource")
        data = source.get("S3DataSource") if isinstance(source, MappingNode) else None
        names = data.get("InstanceGroupNames") if isinstance(data, MappingNode) else None
        for name in names.items if isinstance(names, SequenceNode) else ():
            if isinstance(name, ScalarNode) and isinstance(name.value, str):
                if name.value not in known and all(isinstance(each, str) for each in known):
                    yield Diagnostic(
                        code=codes.UNKNOWN_NAME,
                        message=f"there is no instance group `{name.value}`",
                        span=name.span,
                    )


def check_isolated_code(part: Part) -> Iterator[Diagnostic]:
    """Find code in S3 that a container without a network would have to fetch."""
    where = f"HyperParameters.{SUBMIT_DIRECTORY}"
    if part.literal("EnableNetworkIsolation") is not True:
        return
    place = (part.text(where) or "").strip('"')
    if place.startswith("s3://"):
        yield Diagnostic(
            code=codes.ISOLATED_CODE,
            message=f"a container without a network can't fetch its code from `{place}`",
            span=part.span(where),
            hint="bring the code as a channel",
            related=(Related(span=part.span("EnableNetworkIsolation"), message="isolated here"),),
        )
