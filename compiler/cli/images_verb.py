"""`pipec images`: list the prebuilt images of AWS, and explain and update their addresses."""

import json
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from compiler.cli.columns import print_columns
from compiler.cli.exits import ERRORS, WORLD_FAILED
from compiler.diagnostics import codes
from compiler.diagnostics.codes import Code
from compiler.diagnostics.render import json_text, printable
from compiler.sagemaker.images import Image, ImageError, ImageRequest, image_of, table
from compiler.sagemaker.images.catalogue import Available, available, parts_record
from compiler.sagemaker.images.table import PATH
from compiler.sagemaker.images.update import SourceMissingError, find_source, table_text
from compiler.write import write_atomically

format_option = click.option(
    "--format", "format_", type=click.Choice(("text", "json")), default="text",
    help="What to print.",
)  # fmt: skip


@click.group("images", invoke_without_command=True)
@format_option
@click.pass_context
def command(ctx: click.Context, format_: str) -> None:
    """List the prebuilt images that `image: {framework: …}` can name."""
    if ctx.invoked_subcommand is None:
        _print_frameworks(format_)


@command.command("list")
@click.argument("framework", required=False)
@click.option("--scope", help="Only images for this, such as training or inference.")
@format_option
def list_command(framework: str | None, scope: str | None, format_: str) -> None:
    """List the versions of FRAMEWORK; without one, list the frameworks."""
    if framework is None:
        _print_frameworks(format_)
        return
    try:
        found = available(table(), framework, scope)
    except ImageError as error:
        _refuse(error, format_)
    if format_ == "json":
        versions = [each.record() for each in found]
        document = {"source": table().source, "framework": framework, "versions": versions}
        click.echo(json_text(document), nl=False)
        return
    head = ("scope", "version", "also", "python", "base", "processors", "regions")
    print_columns([head, *(_row(each) for each in found)])


@command.command("explain")
@click.argument("framework")
@click.option("--version", help="Version of the framework or algorithm.")
@click.option("--region", help="Region of AWS, such as eu-west-1.")
@click.option("--scope", help="What the image is for: training, inference, processing.")
@click.option("--instance", help="Instance type, such as ml.g5.xlarge.")
@click.option("--processor", help="Processor, where no instance type is known: cpu, gpu, inf.")
@click.option("--python", help="Python version, such as py310.")
@click.option("--base", help="Framework under Hugging Face's library, such as pytorch2.1.")
@click.option("--accelerator", help="Elastic Inference accelerator, such as ml.eia2.medium.")
@click.option("--container", help="Last part of the tag, where it is not known.")
@click.option("--sdk", help="Version of the Neuron SDK, such as sdk2.20.0.")
@click.option("--tool", help="neuron or neuronx.")
@click.option("--serverless", is_flag=True, help="For serverless inference.")
@click.option("--smdistributed", is_flag=True, help="With SageMaker's distribution libraries.")
@click.option("--compiler", is_flag=True, help="With the SageMaker Training Compiler.")
@format_option
def explain_command(framework: str, format_: str, **fields: Any) -> None:
    """Print the URI of an image of FRAMEWORK, and where each part of it comes from."""
    try:
        image = image_of(ImageRequest(framework=framework, **fields))
    except ImageError as error:
        _refuse(error, format_)
    if format_ == "json":
        click.echo(json_text({"source": table().source, **parts_record(image)}), nl=False)
    else:
        _print_image(image)


@command.command("update")
@click.option(
    "--from", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Virtual environment or folder of packages that has sagemaker-core; else this one.",
)  # fmt: skip
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path), default=PATH,
    help="File to write; else the compiler's own table.",
)  # fmt: skip
def update_command(folder: Path | None, output: Path) -> None:
    """Write the table of images anew from the data of an installed sagemaker-core."""
    try:
        source = find_source(folder)
    except SourceMissingError as error:
        click.echo(f"pipec: {error}", err=True)
        sys.exit(WORLD_FAILED)
    write_atomically(output, table_text(source).encode())
    click.echo(f"{output.name}: {len(source.frameworks())} frameworks, version {source.version}")


def _print_frameworks(format_: str) -> None:
    known = table()
    scopes = {name: known.scopes(name) for name in known.frameworks}
    if format_ == "json":
        frameworks = [{"name": name, "scopes": list(found)} for name, found in scopes.items()]
        click.echo(json_text({"source": known.source, "frameworks": frameworks}), nl=False)
        return
    print_columns([("framework", "scopes"), *((n, ", ".join(s)) for n, s in scopes.items())])
    click.echo(f"\n{len(scopes)} frameworks and algorithms, from {known.source}")


def _row(each: Available) -> tuple[str, ...]:
    lists = (each.aliases, each.pythons, each.bases, each.processors)
    shown = (" ".join(words) or "-" for words in lists)
    return (each.scope, each.version or "-", *shown, str(len(each.regions)))


def _print_image(image: Image) -> None:
    for field, why in image.ignored:
        _report(codes.IMAGE_FIELD_IGNORED, f"`{field}` makes no difference: {why}")
    click.echo(image.uri)
    click.echo()
    tag = (part for part in image.tag if part.value)
    parts = (image.account, image.host, image.repository, *tag)
    print_columns([(part.name, part.value, part.source) for part in parts])
    click.echo(f"\nfrom {table().source}")


def _refuse(error: ImageError, format_: str) -> NoReturn:
    """Print why there is no image, and end."""
    if format_ == "json":
        record = {
            "code": error.code.id,
            "name": error.code.name,
            "message": error.message,
            "field": error.field,
            "known": list(error.known),
            "hint": error.hint,
        }
        click.echo(json.dumps({"error": record}, indent=2))
    else:
        _report(error.code, error.message, error.hint)
    sys.exit(ERRORS)


def _report(code: Code, message: str, hint: str | None = None) -> None:
    severity = "error" if code.is_error else "warning"
    click.echo(f"{severity}[{code.id}] {code.name}: {printable(message)}")
    if hint is not None:
        click.echo(f" = help: {printable(hint)}")
