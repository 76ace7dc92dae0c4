"""A model's evaluation: its scores, its baselines', and a verdict that follows the numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from compiler.report.figures import difference, figure, score
from compiler.report.json_value import Json
from compiler.report.record import finite

# The first of these that was measured decides who is ahead.
DECIDING = ("f1", "accuracy")
LESS_IS_BETTER = ("loss", "error", "mse", "mae", "rmse", "perplexity")
MOST_CLASSES = 24
MOST_BASELINES = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Baseline:
    """Something simpler that was measured on the same test data."""

    title: str
    scores: Mapping[str, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfusionMatrix:
    """How often each actual class (row) was taken for each class (column)."""

    labels: tuple[str, ...]
    rows: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What came of the comparison with one baseline; `ahead` is None where neither is."""

    sentence: str
    remarks: tuple[str, ...]
    ahead: bool | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Evaluation:
    """What an evaluation file says."""

    scores: Mapping[str, float]
    baselines: tuple[Baseline, ...]
    matrix: ConfusionMatrix | None
    test_size: int | None
    verdicts: tuple[Verdict, ...]
    rest: Mapping[str, Json]


def read_evaluation(content: Json) -> Evaluation | None:
    """Read a property file; None when it does not have the form of an evaluation."""
    if not isinstance(content, dict):
        return None
    scores = _scores(content)
    if not scores:
        return None
    size = finite(content.get("test_size"))
    test_size = int(size) if size is not None and size >= 1 else None
    named = content.get("baselines")
    baselines = {
        name: Baseline(title=name.replace("_", " "), scores=_scores(entry))
        for name, entry in (list(named.items()) if isinstance(named, dict) else [])[:MOST_BASELINES]
        if isinstance(entry, dict) and _scores(entry)
    }
    matrix = _matrix(content.get("confusion_matrix"))
    beats = content.get("beats")
    claims = beats if isinstance(beats, dict) else {}
    read = {*scores, "test_size" if test_size else "", "beats"}
    read |= {"confusion_matrix"} if matrix else set()
    read |= {"baselines"} if baselines else set()
    return Evaluation(
        scores=scores,
        baselines=tuple(baselines.values()),
        matrix=matrix,
        test_size=test_size,
        verdicts=tuple(
            _verdict(scores, baseline, test_size, claims.get(name))
            for name, baseline in baselines.items()
        ),
        rest={key: value for key, value in content.items() if key not in read},
    )


def accuracy_interval(accuracy: float, test_size: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share that was measured on so many examples."""
    z = 1.96
    middle = accuracy + z * z / (2 * test_size)
    half = z * sqrt(accuracy * (1 - accuracy) / test_size + z * z / (4 * test_size * test_size))
    whole = 1 + z * z / test_size
    return (middle - half) / whole, (middle + half) / whole


def _scores(entry: Mapping[str, Json]) -> dict[str, float]:
    found = {
        name: finite(value.get("value"))
        for name, value in entry.items()
        if isinstance(value, dict) and "value" in value
    }
    return {name: value for name, value in found.items() if value is not None}


def _matrix(entry: Json) -> ConfusionMatrix | None:
    if not isinstance(entry, dict):
        return None
    labels, rows = entry.get("labels"), entry.get("matrix")
    if not isinstance(labels, list) or not isinstance(rows, list):
        return None
    if not 0 < len(labels) == len(rows) <= MOST_CLASSES:
        return None
    counts: list[tuple[float, ...]] = []
    for row in rows:
        numbers = [finite(cell) for cell in row] if isinstance(row, list) else []
        known = tuple(n for n in numbers if n is not None and n >= 0)
        if len(known) != len(labels) or len(numbers) != len(labels):
            return None
        counts.append(known)
    return ConfusionMatrix(labels=tuple(str(label) for label in labels), rows=tuple(counts))


def _verdict(
    scores: Mapping[str, float], baseline: Baseline, test_size: int | None, claim: Json
) -> Verdict:
    shared = [name for name in scores if name in baseline.scores]
    name = next((n for n in (*DECIDING, *shared) if n in shared), None)
    if name is None:
        return Verdict(
            sentence=f"No score to compare with {baseline.title}.", remarks=(), ahead=None
        )
    mine, theirs = scores[name], baseline.scores[name]
    gain = _gain(name, mine, theirs)
    ahead = None if gain == 0 else gain > 0
    verb = {True: "beats", False: "does not beat", None: "ties with"}[ahead]
    remarks = _other_side(scores, baseline, [n for n in shared if n != name], ahead=ahead)
    remarks += _doubt(scores, baseline, test_size)
    if isinstance(claim, bool) and claim != (ahead is True):
        remarks.append(
            f"The file itself says {str(claim).lower()}, which these numbers do not bear out."
        )
    sentence = (
        f"The model {verb} {baseline.title} on {name}: "
        f"{score(mine)} against {score(theirs)} ({difference(mine - theirs)})."
    )
    return Verdict(sentence=sentence, remarks=tuple(remarks), ahead=ahead)


def _gain(name: str, mine: float, theirs: float) -> float:
    less_is_better = any(word in name.lower().split("_") for word in LESS_IS_BETTER)
    return theirs - mine if less_is_better else mine - theirs


def _other_side(
    scores: Mapping[str, float], baseline: Baseline, names: Sequence[str], *, ahead: bool | None
) -> list[str]:
    """Name the scores on which the loser is ahead."""
    sign = -1 if ahead else 1
    against = [n for n in names if sign * _gain(n, scores[n], baseline.scores[n]) > 0]
    if not against:
        return []
    listed = ", ".join(
        f"{n} ({score(scores[n])} against {score(baseline.scores[n])})" for n in against
    )
    winner = f"The {baseline.title} baseline" if ahead else "The model"
    return [f"{winner} is ahead on {listed}."]


def _doubt(scores: Mapping[str, float], baseline: Baseline, test_size: int | None) -> list[str]:
    """Say when the accuracies are closer than so many examples can tell apart."""
    mine, theirs = scores.get("accuracy"), baseline.scores.get("accuracy")
    if mine is None or theirs is None or test_size is None or not 0 <= mine <= 1:
        return []
    low, high = accuracy_interval(mine, test_size)
    if not low <= theirs <= high or mine == theirs:
        return []
    remark = (
        f"The accuracies ({score(mine)} and {score(theirs)}) are close: on {figure(test_size)} "
        f"examples the 95 % interval of the model's is {score(low)} to {score(high)}."
    )
    return [remark]
