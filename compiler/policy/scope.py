"""Where a policy holds: the pipelines, targets and steps that it names, but for its exceptions."""

from dataclasses import dataclass
from typing import Protocol

from compiler.document.node import ScalarNode
from compiler.policy.finding import texts
from compiler.policy.globs import fits_any
from compiler.spec.policy import ScopeSpec


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where something stands: in a step, or in the pipeline itself."""

    pipeline: str
    target: str
    step: str | None = None
    type: str | None = None


class Scoped(Protocol):
    """A policy that says where it holds."""

    @property
    def only(self) -> tuple[ScopeSpec, ...]:
        """Where it holds; everywhere if empty."""

    @property
    def except_(self) -> tuple[ScopeSpec, ...]:
        """Where it does not hold."""


def holds(rule: Scoped, place: Place) -> bool:
    """Return whether a policy holds at a place."""
    is_meant = not rule.only or any(_is_in(scope, place) for scope in rule.only)
    return is_meant and not any(_is_in(scope, place) for scope in rule.except_)


def _is_in(scope: ScopeSpec, place: Place) -> bool:
    named: tuple[tuple[tuple[ScalarNode, ...], str | None], ...] = (
        (scope.pipelines, place.pipeline),
        (scope.targets, place.target),
        (scope.steps, place.step),
        (scope.types, place.type),
    )
    return all(_is_of(globs, name) for globs, name in named)


def _is_of(globs: tuple[ScalarNode, ...], name: str | None) -> bool:
    return not globs or (name is not None and fits_any(texts(globs), name) is True)
