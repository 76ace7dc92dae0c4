"""The policies of the pipeline's role and of the roles of its jobs."""

from typing import Any

from compiler.compile import CompiledPipeline
from compiler.infrastructure.policies.gather import gather
from compiler.infrastructure.policies.known import knowledge_of
from compiler.infrastructure.policies.members import mlflow
from compiler.infrastructure.policies.records import cleaning, experiment, has_unnamed_outputs
from compiler.infrastructure.policies.site import Site
from compiler.infrastructure.policies.statement import Policy, statements_of
from compiler.walk import steps_in

PIPELINE, JOBS = "execution", "jobs"


def execution_policies(pipeline: CompiledPipeline, site: Site) -> tuple[Policy, ...]:
    """Return a policy for each role that the steps run with, that of the pipeline first."""
    definition, own = pipeline.definition, pipeline.role or ""
    knowledge = knowledge_of(pipeline.name, definition)
    gathered = gather(definition, own=own, site=site, knowledge=knowledge)
    gathered.grants[own] += experiment(site, knowledge, definition)
    for step in steps_in(definition):
        name, is_known = (
            step["Name"],
            gathered.add(own, cleaning(site, knowledge, step), step["Name"]),
        )
        if has_unnamed_outputs(step) and not is_known:
            gathered.note(own, f"where the outputs lie that `{name}` removes is not known")
    config: Any = definition.get("MlflowConfig")
    for role in gathered.grants if isinstance(config, dict) else ():
        gathered.grants[role] += mlflow(site, knowledge, config)
    return tuple(
        Policy(
            purpose=PIPELINE if role == own else JOBS,
            role=role or None,
            trusted=gathered.services.get(role),
            statements=statements_of(grants),
            notes=tuple(gathered.notes.get(role, ())),
        )
        for role, grants in gathered.grants.items()
    )
