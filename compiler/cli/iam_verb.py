"""`pipec iam`: print the policies that the roles of a pipeline need, and no more."""

import sys
from pathlib import Path

import click

from compiler.cli.exits import ERRORS
from compiler.cli.specs import (
    environment,
    report,
    seen_from_here,
    spec_argument,
    target_option,
)
from compiler.compile import compile_pipeline
from compiler.diagnostics.render import printable
from compiler.infrastructure.policies.forms import as_json, as_text, document_text, name_of
from compiler.infrastructure.policies.policies import ROLES, policies_of
from compiler.infrastructure.policies.templates import as_cloudformation, as_terraform
from compiler.write import write_atomically

FORMS = {
    "text": as_text,
    "json": as_json,
    "cloudformation": as_cloudformation,
    "terraform": as_terraform,
}
ALL = "all"


@click.command("iam")
@spec_argument
@target_option
@click.option(
    "--role",
    type=click.Choice((*ROLES, ALL)),
    default=ALL,
    show_default=True,
    help="Whose policies: of the roles the pipeline runs with, of what deploys it, or starts it.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(tuple(FORMS)),
    default="text",
    show_default=True,
    help="What to print; text has the reasons.",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write each policy to, as IAM takes it, instead of printing them.",
)
def command(spec: Path, target: str | None, role: str, format_: str, output: Path | None) -> None:
    """Print the policies that the roles of the pipeline SPEC need, with a reason for each part."""
    compilation = compile_pipeline(spec, target=target, environment=environment())
    seen = seen_from_here(compilation.diagnostics, compilation.project)
    report(seen, "text", to_stderr=True)
    pipeline = compilation.pipeline
    if pipeline is None:
        sys.exit(ERRORS)
    policies = policies_of(pipeline, tuple(ROLES) if role == ALL else (role,))
    if output is None:
        text = FORMS[format_](pipeline, policies)
        lines = map(printable, text.splitlines()) if format_ == "text" else [text.rstrip("\n")]
        click.echo("\n".join(lines))
        return
    output.mkdir(parents=True, exist_ok=True)
    for policy in policies:
        path = output / f"{name_of(policy)}.json"
        write_atomically(path, document_text(policy).encode())
        click.echo(printable(path.as_posix()))
