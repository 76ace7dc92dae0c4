"""Ask before something is done that is hard to undo."""

import sys

import click

from compiler.cli.deploying import end_with


def is_terminal() -> bool:
    """Return whether somebody is there to ask."""
    return sys.stdin.isatty()


def confirm_by(word: str, question: str, *, yes: bool) -> None:
    """Go on if `--yes` is given, or somebody types the word; end otherwise."""
    if yes:
        return
    if not is_terminal():
        raise click.UsageError("there is no terminal to ask at: give --yes")
    if click.prompt(question, default="", show_default=False) != word:
        end_with("nothing was done")


def confirm(question: str, *, yes: bool) -> None:
    """Go on if `--yes` is given, or somebody says so; end otherwise."""
    if yes:
        return
    if not is_terminal():
        raise click.UsageError("there is no terminal to ask at: give --yes")
    if not click.confirm(question):
        end_with("nothing was done")
