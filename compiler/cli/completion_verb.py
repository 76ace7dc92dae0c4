"""`pipec completion`: print the completion script for a shell."""

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the completion script for SHELL, to be evaluated in its start-up file."""
    kind = get_completion_class(shell)
    if kind is not None:
        root = ctx.find_root().command
        click.echo(kind(root, {}, "pipec", "_PIPEC_COMPLETE").source())
