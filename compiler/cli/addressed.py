"""The argument PIPELINE of the verbs after a deployment: a spec, or a pipeline in AWS."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, TypeAlias

import click

from compiler.cli.deploying import Meant, aws_options, failures_of_aws, meant
from compiler.cli.exits import ERRORS
from compiler.cli.specs import place_from_here, target_option
from compiler.deploy.aws import Aws
from compiler.deploy.deployed import describe
from compiler.diagnostics.render import printable
from compiler.diagnostics.span import Span
from compiler.operate.arns import execution_arn, parse_arn
from compiler.operate.executions import Execution, newest_execution, read_execution
from compiler.operate.refusal import NotDoneError
from compiler.spec.pipeline import PIPELINE_NAME

Verb: TypeAlias = Callable[..., None]

json_option = click.option(
    "--format", "format_", type=click.Choice(("text", "json")), default="text", show_default=True,
    help="How it is printed.",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Addressed:
    """A pipeline in AWS by its name or ARN, an execution of it if one is named, and its spec."""

    text: str
    aws: Aws
    pipeline: str
    execution: str | None = None
    spec: Meant | None = None

    @property
    def storage(self) -> str | None:
        """Where the spec says that code is kept."""
        return (self.spec.pipeline.storage or None) if self.spec is not None else None

    def place_of(self, step: str) -> Span | None:
        """Return where the spec declares a step, as it is seen from the current folder."""
        if self.spec is None:
            return None
        span = self.spec.pipeline.spec.steps.key_spans.get(step)
        return place_from_here(span, self.spec.project) if span is not None else None

    def arn(self) -> str:
        """Return the ARN of the pipeline: the one that was given, or that of the name.

        Raises NotDoneError if there is none of the name; an ARN that was given is not asked for.
        """
        if self.pipeline.startswith("arn:"):
            return self.pipeline
        answer = describe(self.aws, self.pipeline)
        if answer is None:
            raise NotDoneError(f"there is no pipeline `{self.pipeline}`")
        return str(answer["PipelineArn"])

    def there(self) -> str:
        """Return the name or ARN by which the pipeline was asked for; raises as `arn` does."""
        self.arn()
        return self.pipeline


def addressed(
    text: str, *, target: str | None, region: str | None, profile: str | None
) -> Addressed:
    """Return what PIPELINE means: the ARN of a pipeline or an execution, a name, or a spec.

    The ARN may be of another account, as a pipeline can be shared: what writes calls `check_own`.
    """
    if text.startswith("arn:"):
        arn = parse_arn(text)
        if arn is None:
            raise click.UsageError(f"{text}: the ARN is not that of a pipeline or an execution")
        if region not in (None, arn.region):
            raise click.UsageError(f"--region {region}: the ARN is of {arn.region}")
        aws = Aws(region=arn.region, profile=profile)
        execution = arn.text if arn.execution is not None else None
        return Addressed(text=text, aws=aws, pipeline=arn.pipeline, execution=execution)
    path = Path(text)
    if path.is_file():
        spec = meant(path, target=target, region=region, profile=profile)
        return Addressed(text=text, aws=spec.aws, pipeline=spec.pipeline.name, spec=spec)
    if not re.fullmatch(PIPELINE_NAME.regex, text):
        raise click.UsageError(f"{text}: there is no such file, and no pipeline has such a name")
    if target is not None:
        raise click.UsageError(f"--target {target}: only a spec has targets, {text} is a name")
    return Addressed(text=text, aws=Aws(region=region, profile=profile), pipeline=text)


def check_own(found: Addressed) -> None:
    """Raise NotDoneError if an ARN was given of another account than the caller's."""
    arn = parse_arn(found.text)
    if arn is not None and arn.account != found.aws.account:
        raise NotDoneError(
            f"the pipeline is of account `{arn.account}`, the credentials are of"
            f" `{found.aws.account}`: {found.text}"
        )


def execution_of(
    found: Addressed, given: str | None, statuses: frozenset[str] | None = None
) -> Execution:
    """Return the execution that is meant: the one named, or the newest in one of the statuses."""
    if found.execution is not None:
        if given is not None:
            raise click.UsageError("--execution: the ARN already says which execution")
        return read_execution(found.aws, found.execution)
    if given is not None:
        pipeline = found.arn()
        arn = execution_arn(pipeline, given)
        parts = parse_arn(arn)
        if parts is None or parts.pipeline != pipeline:
            raise NotDoneError(f"`{given}` is no execution of `{found.pipeline}`")
        return read_execution(found.aws, arn)
    # A pipeline that is not there is told from one that never ran.
    pipeline = found.there()
    if statuses is None:
        return read_execution(found.aws, newest_execution(found.aws, pipeline).arn)
    return newest_execution(found.aws, pipeline, statuses)


@contextmanager
def endings() -> Iterator[None]:
    """End with status 1 if what was asked for is not done, and with 3 when AWS fails."""
    with failures_of_aws():
        try:
            yield
        except NotDoneError as error:
            lines = [printable(line) for line in str(error).split("\n")]
            click.echo("pipec: " + "\n".join(lines), err=True)
            sys.exit(ERRORS)


def addressing(*, reads: bool) -> Callable[[Verb], Verb]:
    """Add the argument PIPELINE and what says more about it; the verb gets it as `found`.

    Ends with status 1 if what was asked for is not done, and with 3 when AWS fails. `reads` is
    whether the verb changes nothing, so that it is also for pipelines that others share.
    """

    def decorate(verb: Verb) -> Verb:
        return _addressing(verb, reads=reads, takes_execution=False)

    return decorate


def addressing_execution(*, reads: bool) -> Callable[[Verb], Verb]:
    """Do the same for a verb about an execution, which gets what `--execution` says as well."""
    option = click.option(
        "--execution", metavar="ID", help="Which one of the pipeline, by its id or ARN."
    )

    def decorate(verb: Verb) -> Verb:
        return _addressing(option(verb), reads=reads, takes_execution=True)

    return decorate


def _addressing(verb: Verb, *, reads: bool, takes_execution: bool) -> Verb:
    @click.argument("pipeline")
    @target_option
    @aws_options
    @wraps(verb)
    def run(
        *,
        pipeline: str,
        target: str | None,
        region: str | None,
        profile: str | None,
        **options: Any,
    ) -> None:
        with endings():
            found = addressed(pipeline, target=target, region=region, profile=profile)
            if found.execution is not None and not takes_execution:
                raise click.UsageError(f"{pipeline}: that is an execution, not a pipeline")
            if not reads:
                check_own(found)
            verb(found=found, **options)

    return run
