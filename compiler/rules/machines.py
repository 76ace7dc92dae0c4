"""How many machines a job has, and how large their disks are."""

from collections.abc import Iterator

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic
from compiler.rules.part import Part
from compiler.sagemaker.local_disks import has_local_disk

# The API's model lets these be 0, for jobs that have other machines.
AT_LEAST_ONE = ("InstanceCount", "VolumeSizeInGB")


def check_machines(part: Part) -> Iterator[Diagnostic]:
    """Find a job without a machine, or with disks without space."""
    for member in AT_LEAST_ONE:
        if part.number(member) == 0 and member in part.shape.members:
            yield Diagnostic(
                code=codes.MEMBER_RANGE,
                message=f"{part.word(member)} is 0, expected at least 1",
                span=part.span(member),
            )


def check_key_of_local_disk(part: Part) -> Iterator[Diagnostic]:
    """Find a key for the volume of machines that have a disk of their own."""
    kind = part.text("InstanceType")
    if has_local_disk(kind) and part.has("VolumeKmsKeyId"):
        yield Diagnostic(
            code=codes.KEY_OF_LOCAL_DISK,
            message=f"`{kind}` has a disk of its own, which takes no key",
            span=part.span("VolumeKmsKeyId"),
            hint="the disk is encrypted all the same; take the key out",
        )


def check_emr_group(part: Part) -> Iterator[Diagnostic]:
    """Find a group of machines that a cluster can't do without, and that has none."""
    if part.text("InstanceRole") in ("MASTER", "CORE"):
        yield from check_machines(part)
