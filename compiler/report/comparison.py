"""The model's scores beside its baselines', as bars of one scale."""

from collections.abc import Mapping
from dataclasses import dataclass

from compiler.report.evaluation import Evaluation
from compiler.report.figures import score
from compiler.report.markup import Attribute, element, number


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One contender's value, with its bar as SVG."""

    title: str
    value: str
    svg: str
    own: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class BarGroup:
    """One score of all contenders that have it."""

    name: str
    bars: tuple[Bar, ...]


def compare(evaluation: Evaluation) -> tuple[BarGroup, ...]:
    """Return a group for each score that at least one baseline shares."""
    groups = []
    for name, value in evaluation.scores.items():
        rivals = {b.title: b.scores[name] for b in evaluation.baselines if name in b.scores}
        if rivals:
            groups.append(_group(name, value, rivals))
    return tuple(groups)


def _group(name: str, value: float, rivals: Mapping[str, float]) -> BarGroup:
    values = [value, *rivals.values()]
    full = 1.0 if all(0 <= v <= 1 for v in values) else max(map(abs, values)) or 1.0
    bars = [Bar(title="model", value=score(value), svg=_bar(value / full, own=True), own=True)]
    bars += [
        Bar(title=title, value=score(v), svg=_bar(v / full, own=False), own=False)
        for title, v in rivals.items()
    ]
    return BarGroup(name=name.replace("_", " "), bars=tuple(bars))


def _bar(share: float, *, own: bool) -> str:
    length = f"{number(100 * min(max(share, 0.0), 1.0))}%"
    whole: dict[str, Attribute] = {"width": "100%", "height": "100%", "rx": 3}
    return element(
        "svg",
        {"class": "bar-of", "aria-hidden": "true"},
        element("rect", {"class": "trough", **whole}),
        element("rect", {**whole, "class": "model" if own else "other", "width": length}),
    )
