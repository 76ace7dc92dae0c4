"""The policy of a project, held against pipelines: like rules, but a company's own."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from compiler.diagnostics.codes import Code
from compiler.diagnostics.diagnostic import Diagnostic, Diagnostics, Related
from compiler.diagnostics.span import Span
from compiler.document.node import Document
from compiler.lower import LoweredPipeline, LoweredStep
from compiler.policy.encryption import check_encryption
from compiler.policy.finding import Finding
from compiler.policy.listed import (
    check_buckets,
    check_images,
    check_own_roles,
    check_roles,
    check_storage,
)
from compiler.policy.machines import check_instances, check_max_run, check_spot
from compiler.policy.network import check_network
from compiler.policy.scope import Place, holds
from compiler.policy.secrets import check_own_secrets, check_secrets, places_of_secrets
from compiler.policy.tags import check_own_tags, check_tags
from compiler.resolve.pipeline import ResolvedPipeline
from compiler.rules.part import Part, parts_of
from compiler.spec.policy import CODES, PolicySpec, SecretPolicySpec

PipelineCheck: TypeAlias = Callable[[LoweredPipeline, Any], Iterator[Finding]]
StepCheck: TypeAlias = Callable[[LoweredStep, ResolvedPipeline, Any], Iterator[Finding]]
PartCheck: TypeAlias = Callable[[Part, Any], Iterator[Finding]]

# By the field of the policy, of which each check gets one.
PIPELINE_CHECKS: Mapping[str, PipelineCheck] = MappingProxyType(
    {
        "tags": check_own_tags,
        "buckets": check_storage,
        "roles": check_own_roles,
        "secrets": check_own_secrets,
    }
)
STEP_CHECKS: Mapping[str, StepCheck] = MappingProxyType(
    {"buckets": check_buckets, "secrets": check_secrets}
)
PART_CHECKS: Mapping[str, PartCheck] = MappingProxyType(
    {
        "network": check_network,
        "encryption": check_encryption,
        "tags": check_tags,
        "instances": check_instances,
        "images": check_images,
        "max_run": check_max_run,
        "spot": check_spot,
        "roles": check_roles,
    }
)


def check_policy(lowered: LoweredPipeline, policy: PolicySpec, diagnostics: Diagnostics) -> None:
    """Hold a pipeline and all its steps against the policy of its project."""
    pipeline = lowered.resolved.pipeline
    rules = [(name, rule) for name in CODES for rule in getattr(policy, name) if _is_on(rule)]
    place = Place(pipeline=pipeline.name, target=pipeline.target)
    for name, rule in rules:
        if name in PIPELINE_CHECKS and holds(rule, place):
            diagnostics.extend(_as_diagnostics(PIPELINE_CHECKS[name](lowered, rule), name, rule))
    for step in lowered.steps.values():
        kind = str(step.spec.type.value)
        place = Place(pipeline=pipeline.name, target=pipeline.target, step=step.name, type=kind)
        held = [(name, rule) for name, rule in rules if holds(rule, place)]
        parts = list(parts_of(step, lowered.resolved)) if held else []
        for name, rule in held:
            diagnostics.extend(
                _as_diagnostics(_in_step(step, parts, lowered.resolved, name, rule), name, rule)
            )


def hidden_in(document: Document, policy: PolicySpec | None) -> tuple[Span, ...]:
    """Return the places of a document that no diagnostic may show.

    What sounds or looks like a secret is among them also where no policy forbids it.
    """
    usual = SecretPolicySpec(span=document.root.span)
    own = filter(_is_on, policy.secrets) if policy is not None else ()
    return places_of_secrets(document.root, (*own, usual))


def _in_step(
    step: LoweredStep, parts: list[Part], resolved: ResolvedPipeline, name: str, rule: Any
) -> Iterator[Finding]:
    if name in STEP_CHECKS:
        yield from STEP_CHECKS[name](step, resolved, rule)
    if name in PART_CHECKS:
        for part in parts:
            yield from PART_CHECKS[name](part, rule)


def _is_on(rule: Any) -> bool:
    switch = getattr(rule, "SHORTHAND", None)
    node = getattr(rule, switch) if switch is not None else None
    return node is None or node.value is not False


def _as_diagnostics(findings: Iterator[Finding], name: str, rule: Any) -> Iterator[Diagnostic]:
    code: Code = CODES[name]
    why = f"the policy: {rule.why.value}" if rule.why is not None else "the policy"
    for found in findings:
        yield Diagnostic(
            code=code,
            message=found.message,
            span=found.span,
            hint=found.hint,
            related=(*found.related, Related(span=rule.span, message=why)),
            secrets=found.secrets,
        )
