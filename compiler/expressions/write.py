"""Write the tree of an expression as the text that parses to it."""

from compiler.expressions.parse import SEGMENT_NAME
from compiler.expressions.syntax import (
    CLOSE,
    ESCAPED_OPEN,
    OPEN,
    CallTerm,
    CompareTerm,
    Constant,
    InTerm,
    InterpolationTerm,
    ListTerm,
    LiteralTerm,
    LogicTerm,
    NotTerm,
    PathTerm,
    Segment,
    Term,
    UnknownTerm,
)

VALUES = (LiteralTerm, ListTerm, PathTerm, CallTerm)
CONDITIONS = (CompareTerm, InTerm, NotTerm)


def text_of_term(term: Term) -> str:
    """Return the string with `${{ … }}` in it that parses to the tree."""
    if not isinstance(term, InterpolationTerm):
        return f"{OPEN} {inner_text(term)} {CLOSE}"
    text = ""
    for index, part in enumerate(term.parts):
        is_last = index + 1 == len(term.parts)
        after = term.parts[index - 1] if index else None
        literal = _bare_text(part, after, is_last=is_last)
        text += text_of_term(part) if literal is None else escaped(literal)
    return text


def escaped(text: str) -> str:
    """Return the string that stands for a literal text."""
    return text.replace(OPEN, ESCAPED_OPEN)


def _bare_text(part: Term, after: Term | None, *, is_last: bool) -> str | None:
    """Return the text of a part that can stand outside of `${{ … }}`.

    A text behind a text would become one with it, and a `$` before an expression would escape it.
    """
    if not isinstance(part, LiteralTerm) or not isinstance(part.value, str) or not part.value:
        return None
    if isinstance(after, LiteralTerm) and isinstance(after.value, str):
        return None
    return part.value if is_last or not part.value.endswith("$") else None


def inner_text(term: Term) -> str:  # noqa: C901 - a case per term
    """Return what stands between `${{` and `}}`."""
    match term:
        case LiteralTerm():
            return _constant(term.value)
        case ListTerm():
            return f"[{', '.join(map(inner_text, term.items))}]"
        case CallTerm():
            return f"{term.name}({', '.join(map(inner_text, term.arguments))})"
        case PathTerm():
            return term.context + "".join(map(_segment, term.segments[1:]))
        case NotTerm(operand=InTerm() as inner):
            return f"{_within(inner.query)} not in {_within(inner.values)}"
        case NotTerm():
            return f"not {_within(term.operand, *CONDITIONS)}"
        case CompareTerm():
            return f"{_within(term.left)} {term.operator} {_within(term.right)}"
        case InTerm():
            return f"{_within(term.query)} in {_within(term.values)}"
        case LogicTerm():
            operands = [_operand(operand, term) for operand in term.operands]
            return f" {term.operator} ".join(operands)
        case InterpolationTerm() | UnknownTerm():
            raise ValueError(f"{type(term).__name__} has no text inside an expression")


def _within(term: Term, *also: type) -> str:
    """Return a term where only values, and what is named, may stand without parentheses."""
    text = inner_text(term)
    return text if isinstance(term, (*VALUES, *also)) else f"({text})"


def _operand(term: Term, whole: LogicTerm) -> str:
    is_tighter = isinstance(term, LogicTerm) and (term.operator, whole.operator) == ("and", "or")
    return inner_text(term) if is_tighter else _within(term, *CONDITIONS)


def _segment(segment: Segment) -> str:
    if isinstance(segment.value, int):
        return f"[{segment.value}]"
    return f".{segment.value}" if segment.dotted else f"[{quoted(segment.value)}]"


def is_dotted_name(text: str) -> bool:
    """Return whether a text can stand behind a `.` as it is."""
    return SEGMENT_NAME.fullmatch(text) is not None


def quoted(text: str) -> str:
    """Return a text in quotes, single ones unless they stand in it."""
    if "'" in text and '"' not in text:
        return f'"{text}"'
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def _constant(value: Constant) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return quoted(value)
        case _:
            return repr(value)
