"""A deployment as the importer would write it: the fields of a spec, each in its longest form."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compiler.definition import Json
from compiler.deploy.deployment import Deployment
from compiler.diagnostics.diagnostic import Diagnostics
from compiler.diagnostics.span import SourceFile
from compiler.importer.form import Places, RawStep, check_form
from compiler.importer.names import names_of
from compiler.importer.pipeline import parameter_fields, pipeline_fields
from compiler.importer.read_json import read_json
from compiler.importer.steps import type_of, write_step
from compiler.importer.values import Values
from compiler.starts import name_in_rule
from compiler.steps import STEP_TYPES
from compiler.steps.step_type import StepType
from compiler.takeover.forms import Forms, expanded
from compiler.takeover.starts import schedule_fields, trigger_fields


@dataclass(frozen=True, kw_only=True, slots=True)
class Tree:
    """The fields, the steps they come from, and how values of these are written."""

    fields: Mapping[str, Any]
    steps: Mapping[str, RawStep]
    values: Values
    forms: Forms


def steps_in(
    definition: Json, diagnostics: Diagnostics, name: str = "definition"
) -> list[RawStep] | None:
    """Return the steps of a definition, None after reporting why it has not its form."""
    source = SourceFile(name, json.dumps(definition, indent=2, ensure_ascii=False))
    root = read_json(source, diagnostics)
    return check_form(root, Places(root=root), diagnostics) if root is not None else None


def tree_of(
    deployment: Deployment, steps: list[RawStep], written: Mapping[str, str], triggers: list[str]
) -> Tree:
    """Return a deployment as fields.

    `written` are the types of steps that the author has written, `triggers` the names of triggers,
    which rules may have in part only.
    """
    definition = deployment.definition
    assert isinstance(definition, dict)  # noqa: S101 - as it has steps
    types = {step.name: _type_of(step, written.get(step.name)) for step in steps}
    texts = frozenset(
        str(each["Name"])
        for each in definition.get("Parameters") or ()
        if each.get("Type", "String") == "String"
    )
    values = Values(steps=names_of(steps, types, texts), text_parameters=texts)
    own, _ = pipeline_fields(definition, values)
    full = {name_in_rule(name): name for name in triggers}
    fields: dict[str, Any] = {
        "description": values.of(deployment.description) or None,
        "role": deployment.role,
        "parallelism": deployment.parallelism,
        "tags": {name: values.of(value) for name, value in deployment.tags.items()},
        **own,
        "parameters": {
            str(each["Name"]): parameter_fields(each, values)[0]
            for each in definition.get("Parameters") or ()
        },
        "schedule": {name: schedule_fields(each) for name, each in deployment.schedules.items()},
        "triggers": {
            full.get(name, name): trigger_fields(each) for name, each in deployment.triggers.items()
        },
        "steps": {
            step.name: dict(write_step(step, types[step.name], values).fields) for step in steps
        },
    }
    fields = {name: value for name, value in fields.items() if value is not None}
    forms = Forms({name: kind.name for name, kind in types.items()})
    return Tree(
        fields={
            name: {
                key: expanded(each, forms.at((name, key))) for key, each in value.items()
            } if name == "steps" else expanded(value, forms.at((name,)))
            for name, value in fields.items()
        },
        steps={step.name: step for step in steps},
        values=values,
        forms=forms,
    )  # fmt: skip


def _type_of(step: RawStep, written: str | None) -> StepType:
    """Return the type that the author chose, if the step can still be of it."""
    chosen = STEP_TYPES[written] if written is not None and written in STEP_TYPES else None
    if chosen is not None and chosen.sagemaker_type in ("", step.type):
        return chosen
    return type_of(step)
