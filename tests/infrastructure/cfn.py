"""What cfn-lint says of a template; its rules are read once, which takes longer than a template."""

import json
from functools import cache

from cfnlint.api import ManualArgs
from cfnlint.config import ConfigMixIn
from cfnlint.decode import decode_str
from cfnlint.runner import Runner

REGIONS = ["eu-west-1"]


def complaints(template: object) -> list[str]:
    """Return errors and warnings, and no advice."""
    decoded, errors = decode_str(json.dumps(template))
    found = [*errors, *(_runner().validate_template(decoded) if decoded is not None else ())]
    return [str(match) for match in found]


@cache
def _runner() -> Runner:
    return Runner(ConfigMixIn(**ManualArgs(regions=REGIONS)))
