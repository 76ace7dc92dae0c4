"""The request that a step's fields become: plain dicts and lists with located values in them."""

import json
from typing import TypeAlias

from compiler.diagnostics.span import Span
from compiler.document.node import Literal, Node, ScalarNode
from compiler.document.scalars import plain_scalar
from compiler.expressions.syntax import (
    Expression,
    InterpolationTerm,
    LiteralTerm,
    PathTerm,
    Segment,
    Term,
)
from compiler.spec.fields import Table
from compiler.spec.job import CodeSpec, InstanceSpec, VpcSpec

RequestValue: TypeAlias = "Literal | Node | dict[str, RequestValue] | list[RequestValue]"
Request: TypeAlias = dict[str, RequestValue]

DEFAULT_VOLUME = 30


def given(**members: RequestValue) -> Request:
    """Return the members that have a value."""
    return {name: value for name, value in members.items() if value is not None}


def as_text(node: ScalarNode) -> ScalarNode:
    """Return the value as text, as the string maps of the API want it."""
    value = node.value
    if isinstance(value, Expression):
        if isinstance(value.root, InterpolationTerm):
            return node
        root = InterpolationTerm((value.root,), value.root.start, value.root.end)
        return ScalarNode(Expression(value.text, root, value.span), node.span, node.via)
    if isinstance(value, str):
        return node
    return ScalarNode(json.dumps(value), node.span, node.via, quoted=True)


def as_hyperparameter(node: ScalarNode) -> ScalarNode:
    """Return the value as the training toolkit wants it, which reads each text as JSON if it can.

    So a text that happens to be JSON, such as `1.10`, is written as a JSON string.
    """
    value = node.value
    if not isinstance(value, str):
        return as_text(node)
    try:
        json.loads(value)
    except (ValueError, RecursionError):
        return node
    return ScalarNode(json.dumps(value), node.span, node.via, quoted=True)


def as_written(node: ScalarNode) -> ScalarNode:
    """Return the value as the text that stands in the YAML: `1.10` keeps its zero."""
    written = node.span.text.strip()
    if isinstance(node.value, int | float) and not isinstance(node.value, bool):
        if plain_scalar(written) == node.value:
            return ScalarNode(written, node.span, node.via, quoted=True)
    return as_text(node)


def text_map(table: Table[ScalarNode]) -> RequestValue:
    """Return a map of texts, or None when there is nothing in it."""
    return {name: as_written(node) for name, node in table} or None


def tag_list(table: Table[ScalarNode]) -> RequestValue:
    """Return tags in the API's form, or None when there are none."""
    return [{"Key": name, "Value": as_written(node)} for name, node in table] or None


def joined(span: Span, *parts: str | tuple[str, str]) -> ScalarNode:
    """Return text with references in it; a pair is a context and a name in it."""
    terms: list[Term] = []
    text = ""
    for part in parts:
        written = part if isinstance(part, str) else f"${{{{ {part[0]}.{part[1]} }}}}"
        start, end = len(text), len(text) + len(written)
        text += written
        if isinstance(part, str):
            terms.append(LiteralTerm(part, start, end))
        else:
            segments = tuple(Segment(name, True, start, end) for name in part)
            terms.append(PathTerm(segments, start, end))
    return ScalarNode(Expression(text, InterpolationTerm(tuple(terms), 0, len(text)), span), span)


def cluster(instance: InstanceSpec, kms: ScalarNode | None) -> Request:
    """Return the machines of a job."""
    return given(
        InstanceCount=instance.count if instance.count is not None else 1,
        InstanceType=instance.type,
        VolumeSizeInGB=instance.volume if instance.volume is not None else DEFAULT_VOLUME,
        VolumeKmsKeyId=kms,
    )


def vpc_config(vpc: VpcSpec | None) -> RequestValue:
    """Return the private network, or None."""
    if vpc is None:
        return None
    return {"SecurityGroupIds": list(vpc.security_groups), "Subnets": list(vpc.subnets)}


def has_code(code: CodeSpec | None) -> bool:
    """Return whether the step brings code of its own."""
    return code is not None and (code.template is not None or code.path is not None)
