"""`pipec import --into`: take over into a spec what was changed in AWS behind its back."""

import importlib
import sys
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from difflib import unified_diff
from pathlib import Path
from typing import Any

import click

from compiler.cli.exits import ERRORS
from compiler.cli.json_source import json_source
from compiler.cli.specs import environment, report, seen_from_here, summary
from compiler.compile import CompiledPipeline, compile_pipeline
from compiler.deploy.deployment import Deployment, wanted
from compiler.deploy.lines import change_lines
from compiler.deploy.words import count
from compiler.diagnostics.diagnostic import Diagnostics
from compiler.diagnostics.render import printable
from compiler.document.file import read_regular
from compiler.document.node import plain
from compiler.document.outline import value_of
from compiler.importer.described import Described, read_described
from compiler.importer.form import Places, check_form
from compiler.secrets.hide import hidden_texts, text_without
from compiler.takeover.draft import Workshop
from compiler.takeover.line_ends import restored
from compiler.takeover.spots import page_of
from compiler.takeover.take_over import Edited, take_over
from compiler.write import write_atomically

CONTEXT = 1


def asking_aws(what: str) -> Any:
    """Return the module that asks AWS; only what asks needs boto3."""
    try:
        return importlib.import_module("compiler.cli.asking_aws")
    except ModuleNotFoundError as error:
        if error.name != "boto3":
            raise
        raise click.UsageError(f"{what} needs boto3: pip install 'pipec[aws]'") from error


def take_over_into(
    path: Path,
    definition: str | None,
    *,
    target: str | None,
    region: str | None,
    profile: str | None,
    is_shown_only: bool,
    force: bool,
    format_: str,
) -> None:
    """Edit a spec so that it says what is deployed; end with 1 if something is left."""
    compilation = compile_pipeline(path, target=target, environment=environment())
    pipeline, source = compilation.pipeline, compilation.source
    if pipeline is None or source is None:
        seen = seen_from_here(compilation.diagnostics, compilation.project)
        report(seen, format_, to_stderr=True)
        click.echo(summary(seen), err=True)
        sys.exit(ERRORS)
    if definition is not None:
        deployed = _given(definition, pipeline, format_)
    else:
        asked = asking_aws("--into without a definition")
        deployed = asked.deployment_of(pipeline, compilation.project, region, profile)
    workshop = Workshop(
        source=source.name,
        project=compilation.project,
        target=target,
        environment=environment(),
        deployed=deployed,
    )
    edited = take_over(source.text, workshop, force=force)
    assert edited is not None  # noqa: S101 - as the spec compiles
    if edited.text != source.text and not is_shown_only:
        content = restored(read_regular(path), source.text, edited.text)
        write_atomically(path, content)
    hidden = frozenset(_hidden([source.text, edited.text], [deployed, wanted(pipeline)]))
    _tell(edited, path, source.text, hidden, is_shown_only=is_shown_only)


def _hidden(texts: Iterable[str], deployments: Iterable[Deployment]) -> Iterator[str]:
    """Yield the secrets in specs, and in what is deployed or to be deployed of them."""
    for page in map(page_of, texts):
        if page is not None:
            yield from hidden_texts(value_of(page.root, page.anchors))
    for deployment in deployments:
        yield from hidden_texts(deployment.as_json())


def _given(definition: str, pipeline: CompiledPipeline, format_: str) -> Deployment:
    """Return the deployment that a definition is part of, or end after telling what is wrong."""
    diagnostics = Diagnostics()
    source = json_source(definition, diagnostics)
    described = read_described(source, diagnostics) if source is not None else None
    if described is not None:
        root = described.definition
        check_form(root, Places(root=root), diagnostics)
    report(list(diagnostics), format_, to_stderr=True)
    if described is None or diagnostics.has_errors:
        click.echo(summary(list(diagnostics)), err=True)
        sys.exit(ERRORS)
    if described.name not in (None, pipeline.name):
        said = (
            f"the definition is of the pipeline `{described.name}`, the spec of `{pipeline.name}`"
        )
        click.echo(f"pipec: {printable(said)}", err=True)
    return _deployment(described, wanted(pipeline))


def _deployment(described: Described, want: Deployment) -> Deployment:
    """Return what is wanted with all that is known to be deployed otherwise."""
    found = replace(want, definition=plain(described.definition))
    if described.name is None:
        return found
    fields = described.fields
    return replace(
        found,
        description=fields.get("description", ""),
        role=fields.get("role", want.role),
        parallelism=fields.get("parallelism"),
    )


def _tell(
    edited: Edited, path: Path, before: str, hidden: Collection[str], *, is_shown_only: bool
) -> None:
    name = path.as_posix()
    lines = unified_diff(
        before.splitlines(), edited.text.splitlines(), name, name, lineterm="", n=CONTEXT
    )
    for line in lines:
        click.echo(printable(text_without(line, hidden)))
    for note in edited.notes:
        click.echo(f"note: {printable(text_without(note, hidden))}", err=True)
    if edited.left:
        click.echo("not taken over:", err=True)
        for change in edited.left:
            for line in change_lines(change):
                click.echo(printable(line), err=True)
        sys.exit(ERRORS)
    taken = count(len(edited.taken), "change")
    said = f"{taken} to take over" if is_shown_only else f"{taken} taken over"
    click.echo(f"{name}: {said}" if edited.taken else f"{name}: nothing to take over", err=True)
