"""What is told of a step that has failed: why, where the spec declares it, and its job's log."""

from dataclasses import dataclass

from compiler.cli.addressed import Addressed
from compiler.diagnostics.render import annotation, excerpt, quoted
from compiler.diagnostics.span import SourceFile, Span
from compiler.local.resolve import Json
from compiler.operate.console import log_address
from compiler.operate.job_logs import last_lines, log_of
from compiler.operate.step_runs import StepRun

LINES = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """A step that has failed."""

    run: StepRun
    place: Span | None
    log: str | None
    lines: tuple[str, ...]

    @property
    def text(self) -> list[str]:
        """The lines for people, without the excerpt of the spec."""
        said = self.run.reason.splitlines()
        said += [f"its log is {self.log}"] if self.log is not None else []
        return [quoted(line) for line in (*said, *(f"| {line}" for line in self.lines))]

    @property
    def excerpt(self) -> list[str]:
        """The lines that show where the spec declares the step."""
        return excerpt(_name_only(self.place)) if self.place is not None else []

    @property
    def annotation(self) -> str:
        """The command by which GitHub shows it at the line of the spec."""
        reason = self.run.reason or "it has failed"
        log = f"\nits log is {self.log}" if self.log is not None else ""
        title = f"step {self.run.label}"
        return annotation("error", title, reason + log, self.place)

    def as_json(self) -> dict[str, Json]:
        """Return what is told of it beyond what AWS says of the step."""
        said: dict[str, Json] = {"log": self.log}
        if self.lines:
            said["log_lines"] = list(self.lines)
        if self.place is not None:
            said |= {"file": self.place.source.name, "line": self.place.line + 1}
        return {name: value for name, value in said.items() if value is not None}


def _name_only(place: Span) -> Span:
    """Return the place of a step's name in a source that ends there: more may be a secret."""
    line = place.source.lines[place.line][: place.end_column + 1]
    return place._replace(source=SourceFile(place.source.name, "\n" * place.line + line))


def failure_of(found: Addressed, run: StepRun, *, logs: bool) -> Failure:
    """Return what there is to tell of a step that has failed; `logs` asks for lines of its log."""
    log = log_of(run)
    return Failure(
        run=run,
        place=found.place_of(run.name),
        log=log_address(found.aws.home, log.group, log.prefix) if log is not None else None,
        lines=last_lines(found.aws, log, LINES) if log is not None and logs else (),
    )
