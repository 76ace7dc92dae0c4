"""Images, roles and places in S3: what a policy allows by lists."""

import re
from collections.abc import Iterator

from compiler.document.node import Node, scalars, text_of
from compiler.lower import LoweredPipeline, LoweredStep
from compiler.policy.finding import Finding, is_on, judge, judge_listed, texts
from compiler.policy.values import Value, Values, values_of
from compiler.resolve.pipeline import ResolvedPipeline
from compiler.rules.part import Part
from compiler.spec.policy import BucketPolicySpec, ImagePolicySpec, RolePolicySpec

IMAGES = frozenset({"ImageUri", "TrainingImage", "Image", "RuleEvaluatorImage", "imageUri"})
ROLES = frozenset(
    {
        "RoleArn",
        "ExecutionRoleArn",
        "executionRoleArn",
        "ClusterRoleArn",
        "StepExecutionRoleArn",
        "ValidationRole",
    }
)
# What may follow an image: its tag, its digest, and what is below a registry.
BEHIND_IMAGE = ":@/"
S3 = "s3://"
# The same places by their web addresses, with the bucket in the path and in the host.
BY_PATH = re.compile(r"https://s3[.-][^/]*amazonaws[^/]*/")
BY_HOST = re.compile(r"https://(?P<bucket>[^/]+?)\.s3[.-][^/]*amazonaws[^/]*")


def check_images(part: Part, rule: ImagePolicySpec) -> Iterator[Finding]:
    """Find images that are not allowed."""
    for name in sorted(IMAGES & part.node.members.keys()):
        node = part.get(name)
        yield from judge_listed("image", node, rule, part.resolved, behind=BEHIND_IMAGE)


def check_roles(part: Part, rule: RolePolicySpec) -> Iterator[Finding]:
    """Find roles of jobs that are not allowed."""
    for name in sorted(ROLES & part.node.members.keys()):
        yield from judge_listed("role", part.get(name), rule, part.resolved)


def check_own_roles(lowered: LoweredPipeline, rule: RolePolicySpec) -> Iterator[Finding]:
    """Find roles of the pipeline itself, and of what starts it, that are not allowed."""
    spec = lowered.resolved.pipeline.spec
    starts = [start.role for _, start in spec.schedule] + [start.role for _, start in spec.triggers]
    default = spec.defaults.role if spec.defaults is not None else None
    for role in (spec.role or default, *starts):
        yield from judge_listed("role", role, rule, lowered.resolved)


def check_storage(lowered: LoweredPipeline, rule: BucketPolicySpec) -> Iterator[Finding]:
    """Find a storage that is not allowed, or a trigger that looks at such a place."""
    spec = lowered.resolved.pipeline.spec
    for node in (spec.storage, *(trigger.s3 for _, trigger in spec.triggers)):
        yield from _places(node, rule, lowered.resolved)


def check_buckets(
    step: LoweredStep, resolved: ResolvedPipeline, rule: BucketPolicySpec
) -> Iterator[Finding]:
    """Find places in S3 that are not allowed, wherever they stand."""
    storage = text_of(resolved.pipeline.spec.storage)
    for node in (*scalars(step.beside), *scalars(step.arguments)):
        yield from _places(node, rule, resolved, storage)


def _places(
    node: Node | None,
    rule: BucketPolicySpec,
    resolved: ResolvedPipeline,
    storage: str | None = None,
) -> Iterator[Finding]:
    """Find places that are not allowed; what is below the storage is looked at with it."""
    values = values_of(node, resolved)
    if values is None:
        return
    places = filter(None, map(_in_s3, values.known))
    found = tuple(each for each in places if not _is_below(str(each.value), storage))
    if found:
        yield from judge(
            "place",
            Values(known=found, is_proved=values.is_proved, span=values.span),
            allow=texts(rule.allow),
            deny=texts(rule.deny),
            strict=is_on(rule.strict),
            behind="/",
        )


def _is_below(place: str, storage: str | None) -> bool:
    return storage is not None and f"{place}/".startswith(f"{storage.rstrip('/')}/")


def _in_s3(value: Value) -> Value | None:
    """Return a place in S3 as its URI; None for what is none."""
    text = value.value
    if not isinstance(text, str):
        return None
    text = BY_PATH.sub(S3, BY_HOST.sub(rf"{S3}\g<bucket>", text, count=1), count=1)
    if not text.startswith(S3):
        return None
    return Value(value=text, span=value.span, via=value.via, is_whole=value.is_whole)
