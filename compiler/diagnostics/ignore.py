"""Which diagnostics count, and how much: what `pipec.yaml` and comments in a spec say of them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from compiler.diagnostics import codes
from compiler.diagnostics.codes import BY_WORD, Code
from compiler.diagnostics.diagnostic import Diagnostic, Related, did_you_mean
from compiler.diagnostics.span import Span

Level: TypeAlias = Literal["off", "warning", "error"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Ignore:
    """A comment that silences codes in some lines of its file, and why."""

    codes: Mapping[Code, Span]
    reason: str
    span: Span
    lines: range

    def silences(self, diagnostic: Diagnostic) -> bool:
        """Return whether a diagnostic is meant: its place begins or ends in the lines."""
        span = diagnostic.span
        return (
            diagnostic.code in self.codes
            and span.source is self.span.source
            and (span.line in self.lines or span.last_line in self.lines)
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """What is said of the diagnostics of a spec, by its project and in itself.

    `enforced` are codes that the project lets nobody ignore, and where it says so.
    """

    levels: Mapping[Code, Level] = field(default_factory=dict)
    ignores: tuple[Ignore, ...] = ()
    enforced: Mapping[Code, Span] = field(default_factory=dict)

    def judge(self, diagnostic: Diagnostic) -> Diagnostic | None:
        """Return a diagnostic as it counts; None if its code is switched off."""
        level = self.levels.get(diagnostic.code)
        if level == "off":
            return None
        if level is not None:
            diagnostic = replace(diagnostic, severity=level)
        if diagnostic.code in self.enforced:
            return diagnostic
        ignore = next((each for each in self.ignores if each.silences(diagnostic)), None)
        return replace(diagnostic, ignored=ignore.reason) if ignore is not None else diagnostic

    def refused(self) -> Iterator[Diagnostic]:
        """Yield an error for each code in a comment that the project lets nobody ignore."""
        for ignore in self.ignores:
            for code, span in ignore.codes.items():
                if code in self.enforced:
                    yield refusal(code.id, "ignored", span, self.enforced[code])

    def stale(self, ignored: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
        """Yield a warning for each code in a comment that has silenced nothing.

        Only after the whole spec has been checked can that be said. A comment that ignores this
        warning too is meant to stay.
        """
        silenced = list(ignored)
        for ignore in self.ignores:
            if codes.STALE_IGNORE in ignore.codes:
                continue
            for code, span in ignore.codes.items():
                used = any(each.code == code and ignore.silences(each) for each in silenced)
                is_kept = self.levels.get(code) == "off" or code in self.enforced
                if not used and not is_kept:
                    message = f"there is no `{code.id}` to ignore here"
                    hint = "take the comment away, or the code out of it"
                    yield Diagnostic(code=codes.STALE_IGNORE, message=message, span=span, hint=hint)


def refusal(word: str, done: str, span: Span, enforced: Span) -> Diagnostic:
    """Return the error of ignoring or lowering what the policy of a project enforces."""
    return Diagnostic(
        code=codes.NOT_IGNORABLE,
        message=f"`{word}` can't be {done}: the policy of the project is enforced",
        span=span,
        hint="an exception is made by `except` in the policy",
        related=(Related(span=enforced, message="enforced here"),),
    )


def hint_for_code(word: str) -> str:
    """Return what to write instead of a code that there is not: numbers are never alike."""
    number = re.fullmatch(r"[A-Za-z]?([0-9]{3})", word)
    if number is None:
        near = did_you_mean(word, [name for name, code in BY_WORD.items() if name == code.name])
    else:
        near = did_you_mean(word, [id_ for id_ in BY_WORD if id_[1:] == number[1]])
    return near or "`pipec explain` lists the codes"
