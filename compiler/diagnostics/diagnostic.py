"""One message to the user, and the collector of them."""

import difflib
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from compiler.diagnostics import codes
from compiler.diagnostics.codes import Code
from compiler.diagnostics.span import Span

Severity: TypeAlias = Literal["error", "warning"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Related:
    """Another place that belongs to a message, and what is there."""

    span: Span
    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Diagnostic:
    """What is wrong, where, and what to do about it.

    `severity` is that of the project, where it has one for the code; `ignored` is the reason that
    a comment in the spec gives for not minding it. `secrets` are places whose text is not to be
    shown.
    """

    code: Code
    message: str
    span: Span
    hint: str | None = None
    related: tuple[Related, ...] = ()
    severity: Severity | None = None
    ignored: str | None = None
    secrets: tuple[Span, ...] = ()

    @property
    def level(self) -> Severity:
        """How bad it is, were it not ignored."""
        return self.severity or ("error" if self.code.is_error else "warning")

    @property
    def is_ignored(self) -> bool:
        """Whether a comment in the spec says not to mind it."""
        return self.ignored is not None

    @property
    def is_error(self) -> bool:
        """Whether this stops the compilation."""
        return not self.is_ignored and self.level == "error"


# Several things can be missing at one place; all else that is found there a second time follows
# from the first.
MISSING = frozenset(
    {
        codes.MISSING_FIELD,
        codes.MISSING_MEMBER,
        codes.MISSING_INPUT,
        codes.NETWORK_POLICY,
        codes.ENCRYPTION_POLICY,
    }
)
# A name that is used in five places and declared nowhere is one mistake.
ONCE = frozenset({codes.UNKNOWN_NAME, codes.UNKNOWN_STEP, codes.UNKNOWN_PROPERTY})
MOST_PLACES = 50


class Diagnostics:
    """The messages of one compilation, each once.

    `judge` returns each as it counts for the project, or None if it does not.
    """

    def __init__(self, judge: Callable[[Diagnostic], Diagnostic | None] | None = None) -> None:
        self._judge = judge
        self._found: dict[tuple[object, ...], Diagnostic] = {}

    def __iter__(self) -> Iterator[Diagnostic]:
        """Iterate in the order of files, lines and columns."""
        return iter(sorted(self._found.values(), key=_order))

    def add(
        self,
        code: Code,
        message: str,
        span: Span,
        *,
        hint: str | None = None,
        related: Iterable[Related] = (),
    ) -> None:
        """Record a message, unless the same one stands there already."""
        self.append(
            Diagnostic(code=code, message=message, span=span, hint=hint, related=tuple(related))
        )

    def append(self, diagnostic: Diagnostic) -> None:
        """Record a diagnostic, unless it says again what has been said."""
        judged = self._judge(diagnostic) if self._judge is not None else diagnostic
        if judged is not None:
            self._keep(judged)

    def _keep(self, diagnostic: Diagnostic) -> None:
        key = _identity(diagnostic)
        first = self._found.setdefault(key, diagnostic)
        is_again = diagnostic.code in ONCE and first.span != diagnostic.span
        if is_again and len(first.related) < MOST_PLACES:
            places = {first.span, *(related.span for related in first.related)}
            if diagnostic.span not in places:
                here = Related(span=diagnostic.span, message="and here")
                self._found[key] = replace(first, related=(*first.related, here))
        elif diagnostic.secrets and diagnostic is not first:
            secrets = tuple(dict.fromkeys((*first.secrets, *diagnostic.secrets)))
            self._found[key] = replace(first, secrets=secrets)

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Record several diagnostics."""
        for diagnostic in diagnostics:
            self.append(diagnostic)

    def add_from_another_target(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Record what other targets have not shown: a mistake in all of them is one mistake."""
        seen = {_order(diagnostic) for diagnostic in self._found.values()}
        self.extend(each for each in diagnostics if each.secrets or _order(each) not in seen)

    @property
    def has_errors(self) -> bool:
        """Whether anything found stops the compilation."""
        return any(diagnostic.is_error for diagnostic in self._found.values())


def _identity(diagnostic: Diagnostic) -> tuple[object, ...]:
    if diagnostic.code in ONCE:
        return (diagnostic.code, diagnostic.message)
    message = diagnostic.message if diagnostic.code in MISSING else None
    return (*_order(diagnostic), message)


def _order(diagnostic: Diagnostic) -> tuple[str, int, int, str]:
    span = diagnostic.span
    return (span.source.name, span.line, span.column, diagnostic.code.id)


def near_name(word: str, names: Iterable[str]) -> str | None:
    """Return the name most like `word`, if one is like enough to be meant."""
    candidates = sorted(names)
    folded = {name.casefold().replace("-", "_"): name for name in reversed(candidates)}
    swapped = [name for name in folded if sorted(name) == sorted(word.casefold())]
    if swapped and word.casefold() not in folded:
        return folded[swapped[0]]
    found = difflib.get_close_matches(
        word.casefold().replace("-", "_"), list(folded), n=1, cutoff=0.6
    )
    return folded[found[0]] if found else None


def did_you_mean(word: str, names: Iterable[str]) -> str | None:
    """Return the hint that names the nearest name, if there is one."""
    near = near_name(word, names)
    return f"did you mean `{near}`?" if near is not None and near != word else None


def near_or_known(word: str, known: Collection[str], if_none: str | None = None) -> str | None:
    """Return the hint that names the nearest of the known names, or else all of them."""
    return did_you_mean(word, known) or (f"known are {listing(known)}" if known else if_none)


def listing(names: Iterable[str], limit: int = 12) -> str:
    """Return names as a list in backticks, cut when there are many."""
    words = [f"`{name}`" for name in names]
    if len(words) > limit:
        return ", ".join(words[:limit]) + f" and {len(words) - limit} more"
    return ", ".join(words)
