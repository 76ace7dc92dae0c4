"""How each status of a step or a run is shown: a word, a colour and a shape of its own."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusLook:
    """A status' word, its tone (a colour of the palette), and its sign for text and for pictures.

    `shape` is the outline and `mark` what stands in it, as SVG paths in a square of 16 units.
    """

    word: str
    tone: str
    sign: str
    shape: str
    mark: str
    filled: bool = True


_DISC = "M8 1a7 7 0 1 0 .01 0Z"
_SQUARE = "M3.5 1.5h9a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-9a2 2 0 0 1-2-2v-9a2 2 0 0 1 2-2Z"
_OCTAGON = "M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1Z"

STATUS_LOOKS: Mapping[str, StatusLook] = {
    "Succeeded": StatusLook(
        word="succeeded", tone="good", sign="✓", shape=_DISC, mark="M4.8 8.3l2.2 2.2 4.2-4.8"
    ),
    "Failed": StatusLook(
        word="failed",
        tone="bad",
        sign="✕",
        shape=_OCTAGON,
        mark="M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2",
    ),
    "Executing": StatusLook(
        word="executing", tone="busy", sign="▶", shape=_DISC, mark="M6.5 5l4.5 3-4.5 3Z"
    ),
    "Stopped": StatusLook(word="stopped", tone="halt", sign="■", shape=_SQUARE, mark="M6 6h4v4H6Z"),
    "Skipped": StatusLook(
        word="skipped", tone="idle", sign="\N{EN DASH}", shape=_DISC, mark="M5 8h6", filled=False
    ),
    "NotStarted": StatusLook(
        word="not started", tone="idle", sign="○", shape=_DISC, mark="", filled=False
    ),
}


def status_look(status: str) -> StatusLook:
    """Return the look of a status; one that is not known is shown by its own name."""
    known = STATUS_LOOKS.get(status)
    return known or StatusLook(
        word=status, tone="idle", sign="?", shape=_DISC, mark="", filled=False
    )
