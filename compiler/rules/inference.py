"""What must go together in batch transforms, models, endpoints and versions of models."""

from collections.abc import Iterator

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic, Related
from compiler.rules.part import Part

MOST_IN_FLIGHT = 100
AUGMENTED = "AugmentedManifestFile"
CORES = "NumberOfCpuCoresRequired"


def check_payload(part: Part) -> Iterator[Diagnostic]:
    """Find a transform that sends more at a time than it may."""
    size, count = part.number("MaxPayloadInMB"), part.number("MaxConcurrentTransforms")
    whole = (size or 0) * (count or 1)
    if size is None or whole <= MOST_IN_FLIGHT:
        return
    detail = f"{size} MB" if not count else f"{size} MB by {count} at a time, {whole} MB in all"
    related: tuple[Related, ...] = ()
    if count:
        place = part.span("MaxConcurrentTransforms")
        related = (Related(span=place, message=f"{count} at a time"),)
    yield Diagnostic(
        code=codes.PAYLOAD_SIZE,
        message=f"{part.word('MaxPayloadInMB')} is {detail}, expected at most {MOST_IN_FLIGHT} MB",
        span=part.span("MaxPayloadInMB"),
        related=related,
    )


def check_batches(part: Part) -> Iterator[Diagnostic]:
    """Find batches of records where nothing says what a record is."""
    split = part.text("TransformInput.SplitType")
    is_split = part.is_reference("TransformInput.SplitType") or split not in (None, "None")
    if part.text("BatchStrategy") == "MultiRecord" and not is_split:
        yield Diagnostic(
            code=codes.BATCH_WITHOUT_SPLIT,
            message="`MultiRecord` puts records together, and nothing says how to split the data"
            " into records",
            span=part.span("BatchStrategy"),
            hint="set `SplitType`, to `Line` for instance",
        )


def check_transform_data(part: Part) -> Iterator[Diagnostic]:
    """Find data that a transform can't read."""
    if part.text("S3DataType") == AUGMENTED:
        yield Diagnostic(
            code=codes.INPUT_MODE,
            message=f"a transform reads no `{AUGMENTED}`",
            span=part.span("S3DataType"),
            hint="use `S3Prefix` or `ManifestFile`",
        )


def check_hostnames(part: Part) -> Iterator[Diagnostic]:
    """Find containers without a name where others have one."""
    rows = part.rows("Containers")
    named = [row for row in rows if "ContainerHostname" in row.members]
    for row in rows if named else ():
        if "ContainerHostname" not in row.members:
            place = named[0].members["ContainerHostname"].span
            yield Diagnostic(
                code=codes.UNNAMED_CONTAINER,
                message="this container has no name, and another has one: `ContainerHostname`",
                span=row.span,
                hint="name all of them or none",
                related=(Related(span=place, message="this one"),),
            )


def check_package(part: Part) -> Iterator[Diagnostic]:
    """Find tags of a version, which only groups have."""
    if part.has("ModelPackageGroupName") and part.has("Tags"):
        yield Diagnostic(
            code=codes.VERSION_TAGS,
            message="a version of a model has no tags, its group does",
            span=part.span("Tags"),
            hint="use `CustomerMetadataProperties`",
        )


def check_variants(part: Part) -> Iterator[Diagnostic]:
    """Find variants none of which would get a request."""
    rows = part.rows("ProductionVariants")
    weights = [getattr(row.get("InitialVariantWeight"), "value", None) for row in rows]
    if rows and all(isinstance(weight, int | float) and weight == 0 for weight in weights):
        yield Diagnostic(
            code=codes.NO_TRAFFIC,
            message="the weights of all variants are 0, so none of them gets a request",
            span=rows[0].members["InitialVariantWeight"].span,
        )


def check_models_of_variants(part: Part) -> Iterator[Diagnostic]:
    """Find variants without a model, where no inference components will bring one."""
    for row in () if part.has("ExecutionRoleArn") else part.rows("ProductionVariants"):
        if "ModelName" not in row.members:
            yield Diagnostic(
                code=codes.MISSING_MEMBER,
                message="`ProductionVariant` needs the member `ModelName`",
                span=row.span,
                hint="or give the endpoint an `ExecutionRoleArn`, for inference components",
            )


def check_memory(part: Part) -> Iterator[Diagnostic]:
    """Find memory of a serverless variant that is no whole number of gigabytes."""
    memory = part.number("MemorySizeInMB")
    if memory is not None and memory % 1024 and 1024 < memory < 6144:
        yield Diagnostic(
            code=codes.MEMBER_RANGE,
            message=f"{part.word('MemorySizeInMB')} is {memory}, expected a multiple of 1024",
            span=part.span("MemorySizeInMB"),
        )


def check_scaling(part: Part) -> Iterator[Diagnostic]:
    """Find a smallest number of instances above the largest."""
    low, high = part.number("MinInstanceCount"), part.number("MaxInstanceCount")
    if low is not None and high is not None and low > high:
        yield Diagnostic(
            code=codes.EMPTY_RANGE,
            message=f"`MinInstanceCount` is {low}, more than `MaxInstanceCount`, which is {high}",
            span=part.span("MinInstanceCount"),
        )


def check_resources(part: Part) -> Iterator[Diagnostic]:
    """Find a number of cores without a decimal point, and less memory than the least."""
    cores = part.literal(CORES)
    if isinstance(cores, int) and not isinstance(cores, bool):
        yield Diagnostic(
            code=codes.MEMBER_TYPE,
            message=f"{part.word(CORES)} is the whole number {cores}, and SageMaker Pipelines"
            " takes only numbers with a decimal point here",
            span=part.span(CORES),
            hint=f"write `{cores}.0`",
        )
    low, high = part.number("MinMemoryRequiredInMb"), part.number("MaxMemoryRequiredInMb")
    if low is not None and high is not None and low > high:
        yield Diagnostic(
            code=codes.EMPTY_RANGE,
            message=f"`MinMemoryRequiredInMb` is {low}, more than `MaxMemoryRequiredInMb`,"
            f" which is {high}",
            span=part.span("MinMemoryRequiredInMb"),
        )
