"""Fields that several steps share, once in `defaults`."""

import json
from collections import Counter
from collections.abc import Mapping

from compiler.document.write import Lines
from compiler.spec.pipeline import DefaultsSpec
from compiler.spec.shape import fields_of
from compiler.steps import STEP_TYPES
from compiler.steps.members import Json

LEAST = 2


def hoist(steps: Mapping[str, Lines]) -> tuple[dict[str, Json], dict[str, Lines]]:
    """Return defaults, and the steps without the fields that these give them.

    A default holds for every step that has the field, so it must be there in each of them.
    """
    defaults: dict[str, Json] = {}
    for field in fields_of(DefaultsSpec):
        values = [steps[name].get(field.key) for name in steps if _has(steps[name], field.key)]
        texts = Counter(json.dumps(value) for value in values)
        text, count = texts.most_common(1)[0] if texts else ("null", 0)
        if count >= LEAST and None not in values:
            defaults[field.key] = json.loads(text)
    without = {
        name: Lines(
            {
                key: value
                for key, value in fields.items()
                if key not in defaults or not _has(fields, key) or value != defaults[key]
            }
        )
        for name, fields in steps.items()
    }
    return defaults, without


def _has(fields: Lines, key: str) -> bool:
    """Return whether the type of a step has a field."""
    kind = fields.get("type")
    if not isinstance(kind, str) or kind not in STEP_TYPES:
        return False
    return any(field.key == key for field in fields_of(STEP_TYPES[kind].spec))
