"""Rows of texts, printed so that their columns line up."""

from collections.abc import Iterable

import click

from compiler.diagnostics.render import printable, quoted


def print_columns(rows: Iterable[tuple[str, ...]]) -> None:
    """Print rows, each column as wide as its longest cell."""
    found = [tuple(map(printable, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*found, strict=True)]
    for row in found:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo(quoted("  ".join(cells).rstrip()))
