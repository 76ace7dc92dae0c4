"""How each step type looks: the family that gives the colour, a readable name and an icon."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class StepKind:
    """A step type's look. The icon is an SVG path in a square of 16 units, drawn as a line."""

    family: str
    title: str
    icon: str


_FLOW = "M2.5 4h11M4.5 8h7M6.5 12h3"
_CURVE = "M2.5 2.5v11h11M5 10.5c2 0 2.5-6 8-6.5"
_BOX = "M8 2 13.5 5v6L8 14 2.5 11V5ZM2.5 5 8 8l5.5-3M8 8v6"
_TAG = "M2.5 3v5L8.5 14l5-5-6-6ZM5.2 5.7h.1"
_FORK = "M8 2v4M8 6 3.5 10.5V14M8 6l4.5 4.5V14"
_STOP = "M5.3 2h5.4L14 5.3v5.4L10.7 14H5.3L2 10.7V5.3ZM8 5v3.6M8 11h.1"
_CALL = "M13.5 4.5h-8a3 3 0 0 0 0 6h7M10 8l2.7 2.5L10 13"
_LAMBDA = "M4 2.5h2L12 13.5M7.6 6 4 13.5"
_CHECK = "M8 2 13 4v4c0 3-2 5-5 6-3-1-5-3-5-6V4ZM5.8 8l1.7 1.7L10.4 6.5"
_GRID = "M2.5 2.5h4v4h-4ZM9.5 2.5h4v4h-4ZM2.5 9.5h4v4h-4ZM9.5 9.5h4v4h-4Z"
_DIALS = "M4 2v7M4 12v2M8 2v2M8 7v7M12 2v6M12 11v3M2.5 10.5h3M6.5 5.5h3M10.5 9.5h3"
_WAVES = (
    "M8 8h.1M5.2 5.2a4 4 0 0 0 0 5.6M10.8 5.2a4 4 0 0 1 0 5.6"
    "M3 3a7 7 0 0 0 0 10M13 3a7 7 0 0 1 0 10"
)
_LOOP = "M3 8a5 5 0 0 1 8.7-3.3L13 6M13 2.8V6H9.8M13 8a5 5 0 0 1-8.7 3.3L3 10M3 13.2V10h3.2"
_LINK = (
    "M6.5 9.5l3-3M7.5 4.5 9 3a2.8 2.8 0 0 1 4 4l-1.5 1.5M8.5 11.5 7 13a2.8 2.8 0 0 1-4-4l1.5-1.5"
)
_BROOM = "M3 4.5h10M6 4.5V3h4v1.5M4.5 4.5 5.2 13.5h5.6l.7-9"
_PAGE = "M4 2h6l3 3v9H4ZM10 2v3h3M6 8h5M6 11h5"
_DOT = "M8 4a4 4 0 1 0 .1 0Z"

STEP_KINDS: Mapping[str, StepKind] = {
    kind: StepKind(family=family, title=title, icon=icon)
    for kind, family, title, icon in (
        ("Processing", "data", "Processing", _FLOW),
        ("Transform", "data", "Batch transform", _WAVES),
        ("EMR", "data", "EMR", _GRID),
        ("EMRServerless", "data", "EMR Serverless", _GRID),
        ("Athena", "data", "Athena query", _FLOW),
        ("Cleanup", "data", "Clean up", _BROOM),
        ("Training", "learn", "Training", _CURVE),
        ("Tuning", "learn", "Tuning", _DIALS),
        ("AutoML", "learn", "AutoML", _DIALS),
        ("Job", "learn", "Job", _CURVE),
        ("Model", "model", "Model", _BOX),
        ("RegisterModel", "model", "Register model", _TAG),
        ("BedrockCustomModel", "model", "Bedrock model", _BOX),
        ("BedrockCustomModelDeployment", "model", "Bedrock deployment", _WAVES),
        ("BedrockModelImport", "model", "Bedrock import", _BOX),
        ("BedrockProvisionedModelThroughput", "model", "Bedrock capacity", _DIALS),
        ("HubContent", "model", "Hub content", _TAG),
        ("EndpointConfig", "model", "Endpoint configuration", _PAGE),
        ("Endpoint", "model", "Endpoint", _WAVES),
        ("InferenceComponent", "model", "Inference component", _BOX),
        ("Lineage", "model", "Lineage", _LINK),
        ("Condition", "decide", "Condition", _FORK),
        ("ForEach", "decide", "For each", _LOOP),
        ("QualityCheck", "decide", "Quality check", _CHECK),
        ("ClarifyCheck", "decide", "Clarify check", _CHECK),
        ("Callback", "call", "Callback", _CALL),
        ("Lambda", "call", "Lambda", _LAMBDA),
        ("Fail", "stop", "Fail", _STOP),
    )
}


def step_kind(step_type: str) -> StepKind:
    """Return the look of a step type; one that is not known gets a plain one."""
    return STEP_KINDS.get(step_type) or StepKind(family="call", title=step_type, icon=_DOT)
