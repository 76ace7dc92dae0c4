"""Tags that a pipeline and its steps must have."""

from collections.abc import Iterator, Mapping

from compiler.diagnostics.diagnostic import listing
from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode, Node, SequenceNode, text_of
from compiler.lower import LoweredPipeline
from compiler.policy.finding import Finding, field_for, is_on, judge, texts
from compiler.policy.values import values_of
from compiler.resolve.pipeline import ResolvedPipeline
from compiler.rules.part import Part
from compiler.spec.policy import TagPolicySpec

TAGS = ("Tags", "tags", "ModelTags", "ImportedModelTags", "JobTags")


def check_own_tags(lowered: LoweredPipeline, rule: TagPolicySpec) -> Iterator[Finding]:
    """Find a pipeline without a tag that is demanded, or with a value that is not allowed."""
    spec = lowered.resolved.pipeline.spec
    there = dict(iter(spec.tags))
    yield from _check(
        there, rule, lowered.resolved, noun="pipeline", place=spec.name.span, hint="set `tags`"
    )


def check_tags(part: Part, rule: TagPolicySpec) -> Iterator[Finding]:
    """Find a step without a tag that is demanded, or with a value that is not allowed."""
    if not is_on(rule.steps) or _is_version(part):
        return
    for name in TAGS:
        if name in part.shape.members:
            yield from _check(
                _tags(part.get(name)),
                rule,
                part.resolved,
                noun="step",
                place=part.place,
                hint=f"set {field_for(part, name)}",
            )


def _is_version(part: Part) -> bool:
    """Return whether this is a version of a model in a group, which takes no tags of its own."""
    return part.kind == "CreateModelPackageInput" and part.has("ModelPackageGroupName")


def _tags(node: Node | None) -> dict[str, Node]:
    if isinstance(node, MappingNode):
        return node.members
    rows = node.items if isinstance(node, SequenceNode) else ()
    found = {}
    for row in rows:
        key = text_of(row.get("Key")) if isinstance(row, MappingNode) else None
        value = row.get("Value") if isinstance(row, MappingNode) else None
        if key is not None and value is not None:
            found[key] = value
    return found


def _check(
    there: Mapping[str, Node],
    rule: TagPolicySpec,
    resolved: ResolvedPipeline,
    *,
    noun: str,
    place: Span,
    hint: str,
) -> Iterator[Finding]:
    lacking = [key for key, _ in rule.required if there.get(key) is None]
    if lacking:
        plural = "tag" if len(lacking) == 1 else "tags"
        yield Finding(
            message=f"the {noun} lacks the {plural} {listing(lacking)}", span=place, hint=hint
        )
    for key, allowed in rule.required:
        values = values_of(there.get(key), resolved)
        yield from judge(
            f"tag `{key}` with the value", values, allow=texts(allowed), strict=is_on(rule.strict)
        )
