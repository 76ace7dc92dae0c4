"""Which steps the next run would not take from the cache, and which input is the cause."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from typing import Literal, TypeAlias

from compiler.deploy.difference import Difference, differences, is_same
from compiler.deploy.steps import Step, references_in, step_in, steps_of
from compiler.local.resolve import Json, UnresolvedReferenceError, path_tokens
from compiler.sagemaker.caching import is_listed, members_that_count
from compiler.sagemaker.properties import NAMED_LISTS

Fate: TypeAlias = Literal["hit", "miss", "always"]

# The same in every execution; all other variables of an execution are new in each.
LASTING = frozenset({"Execution.PipelineName", "Execution.PipelineArn"})
EXECUTION = ("Execution.", "PipelineExperimentConfig.")
# Addresses that are made of addresses of other steps, at most so many in a row.
DEEPEST = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Cause:
    """Why a step runs again: a member that is another, or a value that another step makes anew.

    `step` is that step, `parameter` the one whose default is another; `is_certain` is false where
    the value may turn out to be the same.
    """

    path: str
    difference: Difference | None = None
    step: str | None = None
    parameter: str | None = None
    is_certain: bool = True

    def as_json(self) -> dict[str, Json]:
        """Return the cause as JSON."""
        said: dict[str, Json] = {"path": self.path}
        if self.difference is not None:
            said |= {**self.difference.as_json(), **said}
        named = {"step": self.step, "parameter": self.parameter}
        said |= {name: value for name, value in named.items() if value is not None}
        return said if self.is_certain else {**said, "certain": False}


@dataclass(frozen=True, kw_only=True, slots=True)
class StepCache:
    """What the cache does for a step at the next run.

    `miss` is because of the change, `always` whether it is made or not, and `reason` says why if
    no cause does. `stale` are steps that run anew and whose results have an address that never
    changes, so that this step is taken from the cache although its input is another.
    """

    step: str
    fate: Fate
    reason: str = ""
    causes: tuple[Cause, ...] = ()
    stale: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Json]:
        """Return the prediction as JSON."""
        return {
            "step": self.step,
            "fate": self.fate,
            "reason": self.reason,
            "causes": [cause.as_json() for cause in self.causes],
            "stale": list(self.stale),
        }


def cache_impact(old: Json, new: Json) -> tuple[StepCache, ...]:
    """Return what the cache does for each step of `new` at the first run after `old`.

    It is taken that the last run of `old` has left a result of each step, not older than its
    `ExpireAfter`, and that parameters have their defaults.
    """
    usual = {each.step: each.fate for each in _fates(old, old)}
    return tuple(
        # A step that was taken from the cache until now, and never is again, is missed too.
        replace(each, fate="miss")
        if each.fate == "always" and usual.get(each.step) == "hit"
        else each
        for each in _fates(old, new)
    )


def _fates(old: Json, new: Json) -> Iterator[StepCache]:
    impact = _Impact(
        before=steps_of(old),
        after=steps_of(new),
        defaults_before=_defaults(old),
        defaults_after=_defaults(new),
        known={},
    )
    for name in _in_order(impact.after):
        impact.of(name)
    return map(impact.of, impact.after)


def _in_order(steps: Mapping[str, Step]) -> Iterable[str]:
    """Return the steps with those before them that they use results of."""
    needs = {
        name: {
            found[0]
            for _, reference in references_in(dict(step.members))
            if (found := step_in(reference)) is not None and found[0] in steps
        }
        for name, step in steps.items()
    }
    try:
        return tuple(TopologicalSorter(needs).static_order())
    except CycleError:
        return steps


def _defaults(definition: Json) -> dict[str, Json]:
    listed = definition.get("Parameters") if isinstance(definition, dict) else None
    return {
        str(each["Name"]): each.get("DefaultValue")
        for each in (listed if isinstance(listed, list) else ())
        if isinstance(each, dict) and "Name" in each
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class _Impact:
    """Both definitions, and what has been found out of each step."""

    before: Mapping[str, Step]
    after: Mapping[str, Step]
    defaults_before: Mapping[str, Json]
    defaults_after: Mapping[str, Json]
    known: dict[str, StepCache]

    def of(self, name: str) -> StepCache:
        """Return the prediction for a step; steps in a cycle, which can't run, count as hits."""
        if name not in self.known:
            self.known[name] = StepCache(step=name, fate="hit")
            self.known[name] = self._predicted(self.after[name])
        return self.known[name]

    def _predicted(self, step: Step) -> StepCache:
        config = step.members.get("CacheConfig")
        if not (isinstance(config, dict) and config.get("Enabled") is True):
            is_cacheable = is_listed(step.type)
            reason = "has no cache" if is_cacheable else "is never cached"
            return StepCache(step=step.name, fate="always", reason=reason)
        before = self.before.get(step.name)
        if before is None:
            return StepCache(step=step.name, fate="miss", reason="is new")
        if before.type != step.type:
            return StepCache(step=step.name, fate="miss", reason=f"was a {before.type} step")
        counting = members_that_count(step.type, step.members)
        old = members_that_count(before.type, before.members)
        causes = [
            Cause(path=_shown(found.path), difference=found)
            for path in [*old, *(each for each in counting if each not in old)]
            for found in differences(old.get(path), counting.get(path), path)
        ]
        always = ""
        stale: list[str] = []
        for path, value in counting.items():
            for place, reference in references_in(value, path):
                cause, lasting = self._cause(reference, _shown(place))
                causes += [cause] if cause is not None and cause not in causes else []
                always = always or lasting
                stale += self._stale(reference)
        if always:
            return StepCache(step=step.name, fate="always", reason=always, causes=tuple(causes))
        if causes:
            return StepCache(step=step.name, fate="miss", causes=tuple(causes))
        return StepCache(step=step.name, fate="hit", stale=tuple(dict.fromkeys(stale)))

    def _cause(self, reference: str, path: str) -> tuple[Cause | None, str]:
        """Return why a reference has another value, or why it has one in every run."""
        if reference.startswith(EXECUTION) and reference not in LASTING:
            return None, f"uses {reference}, which is new in each run"
        if reference.startswith("Parameters."):
            return self._of_parameter(reference.removeprefix("Parameters."), path), ""
        found = step_in(reference)
        if found is None or found[0] not in self.after:
            return None, ""
        name, inner = found
        fate = self.of(name).fate
        if fate == "hit":
            return None, ""  # what is taken from the cache is where it was then
        if not self._is_made_anew(name, inner):
            return (Cause(path=path, step=name) if self._moved(name, inner) else None), ""
        if fate == "always":
            return None, f"uses a result of {name}, which runs each time"
        is_file = inner.startswith("PropertyFiles.")
        return Cause(path=path, step=name, is_certain=not is_file), ""

    def _of_parameter(self, name: str, path: str) -> Cause | None:
        old, new = self.defaults_before.get(name), self.defaults_after.get(name)
        found = next(differences(old, new, name, called=name), None)
        return Cause(path=path, parameter=name, difference=found) if found is not None else None

    def _stale(self, reference: str) -> Iterator[str]:
        found = step_in(reference)
        if found is not None and found[0] in self.after:
            name, inner = found
            is_run = self.of(name).fate != "hit"
            if is_run and not self._is_made_anew(name, inner) and not self._moved(name, inner):
                yield name

    def _moved(self, name: str, path: str) -> bool:
        """Return whether a result of a step that its request decides is another one now."""
        before = self.before.get(name)
        if before is None:
            return False
        old, new = _requested(before, path), _requested(self.after[name], path)
        if old is None or new is None:
            return False
        return not is_same(old, new) or any(
            self._of_parameter(reference.removeprefix("Parameters."), path) is not None
            for _, reference in references_in(new)
            if reference.startswith("Parameters.")
        )

    def _is_made_anew(self, name: str, path: str, depth: int = 0) -> bool:
        """Return whether a result has another value whenever its step runs.

        What SageMaker answers of a job has what the job was asked for; only the rest is made.
        """
        requested = _requested(self.after[name], path)
        if requested is None or depth > DEEPEST:
            return True
        for _, reference in references_in(requested):
            if reference.startswith(EXECUTION) and reference not in LASTING:
                return True
            found = step_in(reference)
            if found is not None and found[0] in self.after:
                is_hit = self.of(found[0]).fate == "hit"
                if not is_hit and self._is_made_anew(*found, depth + 1):
                    return True
        return False


def _requested(step: Step, path: str) -> Json:
    """Return the member of a step's request that a property path leads to, None if to none."""
    try:
        tokens = path_tokens(path, path)
    except UnresolvedReferenceError:
        return None
    value: Json = dict(step.arguments)
    member = ""
    for token in tokens:
        value = _inner(value, token, member)
        member = str(token)
    return value


def _inner(value: Json, token: str | int, member: str) -> Json:
    match value, token:
        case list(), int() if token < len(value):
            return value[token]
        case list(), str():
            naming = NAMED_LISTS.get(member)
            named = (each for each in value if isinstance(each, dict) and each.get(naming) == token)
            return next(named, None)
        case dict(), str():
            return value.get(token)
        case _:
            return None


def _shown(path: str) -> str:
    return path.removeprefix("Arguments.")
