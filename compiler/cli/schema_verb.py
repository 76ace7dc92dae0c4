"""`pipec schema`: print or write the JSON Schema of the language, for editors."""

import json
from pathlib import Path

import click

from compiler.schema.derive import published_schemas
from compiler.schema.project import project_schema
from compiler.spec.pipeline import DefaultsSpec, PipelineSpec
from compiler.steps import STEP_TYPES
from compiler.trial.schema import published_schema
from compiler.write import write_atomically


@click.command("schema")
@click.option(
    "--output", "-o", type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write all schemas to, for pipelines, step types, tests and `pipec.yaml`.",
)  # fmt: skip
def command(output: Path | None) -> None:
    """Print the JSON Schema of a pipeline, or write all schemas to a folder."""
    steps = {name: step_type.spec for name, step_type in STEP_TYPES.items()}
    schemas = published_schemas(PipelineSpec, steps, DefaultsSpec)
    if output is None:
        click.echo(json.dumps(schemas["pipeline.schema.json"], indent=2))
        return
    schemas["project.schema.json"] = project_schema()
    schemas["test.schema.json"] = published_schema()
    for name, schema in schemas.items():
        path = output / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, (json.dumps(schema, indent=2) + "\n").encode())
        click.echo(path.as_posix())
