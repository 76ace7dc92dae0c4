"""How many machines a job has, and how large their disks are."""

from collections.abc import Iterator

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic
from compiler.rules.part import Part

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


def check_emr_group(part: Part) -> Iterator[Diagnostic]:
    """Find a group of machines that a cluster can't do without, and that has none."""
    if part.text("InstanceRole") in ("MASTER", "CORE"):
        yield from check_machines(part)
