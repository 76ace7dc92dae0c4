"""`pipec explain`: tell what a diagnostic code means."""

from importlib.resources import files

import click

from compiler.diagnostics.codes import ALL_CODES
from compiler.diagnostics.diagnostic import did_you_mean


@click.command("explain")
@click.argument("code", required=False)
def command(code: str | None) -> None:
    """Tell what the diagnostic CODE means and how to mend it; without one, list them all."""
    if code is None:
        for each in ALL_CODES:
            click.echo(f"{each.id}  {each.name}")
        return
    by_name = {each.name: each for each in ALL_CODES} | {each.id: each for each in ALL_CODES}
    found = by_name.get(code) or by_name.get(code.upper())
    if found is None:
        hint = did_you_mean(code.upper(), by_name)
        raise click.UsageError(f"there is no code `{code}`" + (f"; {hint}" if hint else ""))
    page = files("compiler.diagnostics").joinpath("explain", f"{found.id}.md")
    click.echo(page.read_text("utf-8"), nl=False)
