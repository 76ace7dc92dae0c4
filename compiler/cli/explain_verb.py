"""`pipec explain`: tell what a diagnostic code means."""

from importlib.resources import files

import click

from compiler.diagnostics.codes import ALL_CODES, BY_WORD, Code, code_named
from compiler.diagnostics.diagnostic import did_you_mean


@click.command("explain")
@click.argument("code", required=False)
def command(code: str | None) -> None:
    """Tell what the diagnostic CODE means and how to mend it; without one, list them all."""
    if code is None:
        for each in ALL_CODES:
            click.echo(f"{each.id}  {each.name}")
        return
    found = code_named(code) or code_named(code.upper())
    if found is None:
        hint = did_you_mean(code.upper(), BY_WORD)
        raise click.UsageError(f"there is no code `{code}`" + (f"; {hint}" if hint else ""))
    page = files("compiler.diagnostics").joinpath("explain", f"{found.id}.md")
    click.echo(page.read_text("utf-8"), nl=False)
    click.echo(f"\n{_ignoring(found)}")


def _ignoring(code: Code) -> str:
    if not code.is_ignorable:
        return "It can't be ignored, nor switched off or lowered in `pipec.yaml`."
    return (
        f"`# pipec: ignore[{code.id}] reason` ignores it in its line; "
        f"`rules: {{{code.id}: off}}` in `pipec.yaml` switches it off."
    )
