"""The command `pipec`: its verbs, one file each; a verb's file is imported when it is used."""

import gc
import importlib
import os
import sys

import click

from compiler.cli.exits import WORLD_FAILED
from compiler.version import VERSION

VERBS = {
    "validate": "Report what is wrong in specs, for all their targets.",
    "compile": "Write the SageMaker definition and the scripts of specs.",
    "iam": "Print the policies that the roles of a pipeline need.",
    "graph": "Draw the graph of a spec.",
    "explain": "Tell what a diagnostic code means.",
    "run": "Run a pipeline on this machine.",
    "test": "Hold pipelines against their tests, with no job run.",
    "diff": "Show how definitions change since a commit, without AWS.",
    "plan": "Show what an upsert would change, and which steps run again.",
    "upsert": "Create or update pipelines in AWS.",
    "drift": "Tell what was changed in AWS since the last upsert.",
    "start": "Start an execution of a pipeline in AWS.",
    "watch": "Follow an execution in AWS until it ends.",
    "status": "Tell how an execution in AWS stands.",
    "list": "List pipelines in AWS, or the executions of one.",
    "stop": "Stop an execution in AWS.",
    "retry": "Go on with an execution in AWS that failed or was stopped.",
    "versions": "List the versions of a pipeline in AWS.",
    "promote": "Let an alias name another version of a pipeline.",
    "rollback": "Go back to an older version of a pipeline.",
    "delete": "Delete a pipeline in AWS, with all that starts it.",
    "images": "List and explain the prebuilt images of AWS.",
    "import": "Make a spec of a definition.",
    "schema": "Print or write the JSON Schema of specs.",
    "completion": "Print the completion script for a shell.",
}


class _Verbs(click.Group):
    """A group that imports a verb only to run it, so `compile` does not wait for `run`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in VERBS:
            return None
        try:
            module = importlib.import_module(f"compiler.cli.{cmd_name}_verb")
        except ModuleNotFoundError as error:
            if error.name != "boto3":
                raise
            raise click.UsageError(f"{cmd_name} needs boto3: pip install 'pipec[aws]'") from error
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="pipec")
def pipec() -> None:
    """Compile, check, preview and try out SageMaker pipelines written as YAML."""


def main() -> None:
    """Run the command; an error of the disk or the system ends with exit status 3."""
    # The process is short and makes no cycles worth collecting; collecting costs a tenth of it.
    gc.disable()
    try:
        pipec(prog_name="pipec")
    except OSError as error:
        name = f"{_shown(str(error.filename))}: " if error.filename else ""
        click.echo(f"pipec: {name}{(error.strerror or str(error)).lower()}", err=True)
        sys.exit(WORLD_FAILED)


def _shown(path: str) -> str:
    """Return a path as a person wrote it: from the folder that the command runs in."""
    relative = os.path.relpath(path)
    return path if relative.startswith(os.pardir) else relative
