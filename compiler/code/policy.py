"""The policy of a project, read and checked; loaded only for a project that has one."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from compiler.diagnostics import codes
from compiler.diagnostics.codes import Code
from compiler.diagnostics.diagnostic import Diagnostics, near_or_known
from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode
from compiler.schema.validate import validate_against
from compiler.spec.build import build
from compiler.spec.policy import CODES, PolicySpec
from compiler.steps import STEP_TYPES


@dataclass(frozen=True, kw_only=True, slots=True)
class StatedPolicy:
    """A policy, if it could be read, and the codes that nobody may ignore."""

    spec: PolicySpec | None = None
    enforced: Mapping[Code, Span] = field(default_factory=dict)


def read_policy(node: MappingNode, diagnostics: Diagnostics) -> StatedPolicy:
    """Return what a project states as its policy; report what is none."""
    if not validate_against(PolicySpec, node, diagnostics):
        return StatedPolicy()
    spec = build(PolicySpec, node, diagnostics)
    enforced: dict[Code, Span] = {}
    for name, code in CODES.items():
        for rule in getattr(spec, name):
            if rule.enforced is not None and rule.enforced.value is True:
                enforced.setdefault(code, rule.enforced.span)
            for scope in (*rule.only, *rule.except_):
                for kind in scope.types:
                    _check_type(str(kind.value), kind.span, diagnostics)
    return StatedPolicy(spec=spec, enforced=enforced)


def _check_type(kind: str, span: Span, diagnostics: Diagnostics) -> None:
    if kind not in STEP_TYPES and "*" not in kind and "?" not in kind:
        message, hint = f"unknown step type `{kind}`", near_or_known(kind, tuple(STEP_TYPES))
        diagnostics.add(codes.UNKNOWN_STEP_TYPE, message, span, hint=hint)
