"""The account and the region of a pipeline, held against what its requests name."""

import re
from collections.abc import Iterator

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic, Related
from compiler.document.node import ScalarNode, scalars
from compiler.lower import LoweredPipeline

ROLE = re.compile(r"arn:aws[a-z-]*:iam::(?P<account>\d{12}):role/")
# Keys and images are used where they lie; other things may be asked for from afar.
NEAR = re.compile(
    r"arn:aws[a-z-]*:kms:(?P<key>[a-z0-9-]+):\d{12}:|\d{12}\.dkr\.ecr\.(?P<image>[a-z0-9-]+)\."
)


def check_home(lowered: LoweredPipeline) -> Iterator[Diagnostic]:
    """Find roles of another account, and keys and images of another region."""
    spec = lowered.resolved.pipeline.spec
    started_by = [start.role for _, start in spec.schedule] + [
        start.role for _, start in spec.triggers
    ]
    nodes = [role for role in (spec.role, *started_by) if role is not None]
    for step in lowered.steps.values():
        nodes += [*scalars(step.beside), *scalars(step.arguments)]
    for node in nodes:
        text = node.value if isinstance(node.value, str) else ""
        role, near = ROLE.match(text), NEAR.match(text)
        if spec.account is not None and role is not None:
            yield from _elsewhere(node, role["account"], spec.account, is_account=True)
        if spec.region is not None and near is not None:
            region = near["key"] or near["image"]
            yield from _elsewhere(node, region, spec.region, is_account=False)


def _elsewhere(
    node: ScalarNode, found: str, home: ScalarNode, *, is_account: bool
) -> Iterator[Diagnostic]:
    if found == home.value:
        return
    noun = "account" if is_account else "region"
    yield Diagnostic(
        code=codes.OTHER_ACCOUNT if is_account else codes.OTHER_REGION,
        message=f"this is of the {noun} `{found}`, the pipeline of `{home.value}`",
        span=node.span,
        related=(Related(span=home.span, message=f"the {noun} of the pipeline"),),
    )
