"""Read hyperparameters as the script that gets them does."""

import json
from typing import Any, TypeAlias

from tests.conformance.rewrite import rewrite
from tests.conformance.service import TOOLKIT_DEFAULTS

Json: TypeAlias = Any

NAMES = ("HyperParameters", "StaticHyperParameters")


def read_hyperparameters(definition: Json) -> Json:
    """Write each hyperparameter of script mode, and each that is tuned, as the script sees it.

    The training toolkit reads each text as JSON if it can and as text if not, so `train.py` and
    `"train.py"` in quotes are one, and so are `1e-3` and `0.001`. Images that run no toolkit get
    the bare text; their hyperparameters are left alone. `TOOLKIT_DEFAULTS` are hyperparameters
    that SDKs add and that say what the toolkit does anyway.
    """

    def change(_: str, value: Json) -> Json:
        if not isinstance(value, dict):
            return value
        job = value.get("TrainingJobDefinition", value)
        if any("sagemaker_program" in job.get(name, {}) for name in NAMES):
            return {name: _read(name, item) for name, item in value.items()}
        return value

    return rewrite(definition, change)


def _read(name: str, value: Json) -> Json:
    match name:
        case "HyperParameters" | "StaticHyperParameters":
            read = {key: _as_script_sees(item) for key, item in value.items()}
            return {
                key: item
                for key, item in read.items()
                if key not in TOOLKIT_DEFAULTS or not TOOLKIT_DEFAULTS[key](item)
            }
        case "HyperParameterRanges" | "ParameterRanges":
            return {key: [_range(each) for each in ranges] for key, ranges in value.items()}
        case "HyperParameterTuningJobConfig":
            return {key: _read(key, item) for key, item in value.items()}
    return value


def _range(value: Json) -> Json:
    if "Values" not in value:
        return value
    return {**value, "Values": [_as_script_sees(item) for item in value["Values"]]}


def _as_script_sees(value: Json) -> Json:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value, parse_constant=lambda name: f"the number {name}")
    except ValueError:
        return value
