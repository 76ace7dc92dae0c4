"""Plans as JSON, and whether a plan that was written is still the one to carry out."""

import json
from collections.abc import Iterable

from compiler.deploy.plan import VERSION, Plan
from compiler.diagnostics.render import json_text
from compiler.local.resolve import Json
from compiler.version import VERSION as PIPEC


class PlanFileError(Exception):
    """A file is no plan, or of a version of pipec that writes other plans."""


def plans_json(plans: Iterable[Plan]) -> str:
    """Return plans as JSON, the same for the same sources and the same world."""
    content = {"version": VERSION, "pipec": PIPEC, "plans": [plan.as_json() for plan in plans]}
    return json_text(content)


def read_plans(text: str) -> list[Json]:
    """Return the plans in a text; raises PlanFileError."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PlanFileError(f"it is no JSON: {error}") from error
    if not isinstance(content, dict) or not isinstance(content.get("plans"), list):
        raise PlanFileError("it is no plan")
    if content.get("version") != VERSION:
        raise PlanFileError(f"it is of version {content.get('version')}, not {VERSION}")
    plans: list[Json] = content["plans"]
    return plans


def why_not(plan: Plan, planned: list[Json]) -> str | None:
    """Return why a plan is not one of those that were written, None if it is.

    What is uploaded does not count: the keys say the content, and a part may be there already.
    """
    mine = plan.as_json()
    same = [
        each
        for each in planned
        if isinstance(each, dict)
        and all(each.get(name) == mine[name] for name in ("pipeline", "source", "target"))
    ]
    if not same:
        return f"the plan has nothing about {plan.name} from {plan.source} for {plan.target}"
    written = same[0]
    for name, said in (
        ("account", "the plan is for account {0}, the credentials are of {1}"),
        ("region", "the plan is for {0}, not {1}"),
        ("content", "the spec or its code is not what it was when the plan was made"),
        ("basis", "what is deployed has changed since the plan was made"),
    ):
        if written.get(name) != mine[name]:
            return said.format(written.get(name), mine[name])
    return None
