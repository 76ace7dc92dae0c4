"""Terms of every form that the parser makes, as hypothesis draws them."""

from dataclasses import fields, is_dataclass
from typing import Any

from hypothesis import strategies as st

from compiler.expressions.syntax import (
    CallTerm,
    CompareTerm,
    InTerm,
    InterpolationTerm,
    ListTerm,
    LiteralTerm,
    LogicTerm,
    NotTerm,
    PathTerm,
    Segment,
    Term,
)

TEXTS = st.one_of(
    st.text(max_size=8),
    st.text("'\"${}[]. \n\\#:a1", max_size=12),
    st.sampled_from(("", "it's", "${{ x }}", "$${{", "a$", "}}", "''", "\"'")),
)
NAMES = st.from_regex(r"[a-z][a-z0-9_-]{0,5}", fullmatch=True).filter(
    lambda name: name not in {"and", "or", "not", "in", "true", "false", "null"}
)
NUMBERS = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False))
LITERALS = st.one_of(TEXTS, NUMBERS, st.booleans(), st.none()).map(
    lambda value: LiteralTerm(value, 0, 0)
)
SEGMENTS = st.one_of(
    st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,5}", fullmatch=True).map(
        lambda name: Segment(name, True, 0, 0)
    ),
    TEXTS.map(lambda key: Segment(key, False, 0, 0)),
    st.integers(0, 999).map(lambda index: Segment(index, False, 0, 0)),
)
PATHS = st.builds(
    lambda name, rest: PathTerm((Segment(name, True, 0, 0), *rest), 0, 0),
    NAMES,
    st.lists(SEGMENTS, max_size=4),
)


def _several(terms: st.SearchStrategy[Term], least: int = 0) -> st.SearchStrategy[tuple[Term, ...]]:
    return st.lists(terms, min_size=least, max_size=3).map(tuple)


def _larger(terms: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    comparators = st.sampled_from(("==", "!=", "<", "<=", ">", ">="))
    return st.one_of(
        _several(terms).map(lambda items: ListTerm(items, 0, 0)),
        st.builds(lambda name, items: CallTerm(name, items, 0, 0), NAMES, _several(terms)),
        terms.map(lambda term: NotTerm(term, 0, 0)),
        st.builds(lambda op, a, b: CompareTerm(op, a, b, 0, 0), comparators, terms, terms),
        st.builds(lambda a, b: InTerm(a, b, 0, 0), terms, terms),
        st.builds(
            lambda op, items: LogicTerm(op, items, 0, 0),
            st.sampled_from(("and", "or")),
            _several(terms, 2),
        ),
    )


EXPRESSIONS: st.SearchStrategy[Term] = st.recursive(
    st.one_of(LITERALS, PATHS), _larger, max_leaves=10
)
TERMS = st.one_of(
    EXPRESSIONS, _several(EXPRESSIONS, 2).map(lambda parts: InterpolationTerm(parts, 0, 0))
)


def without_places(value: Any) -> Any:
    """Return a term as nested tuples without its offsets; `1`, `1.0` and `true` are different."""
    if is_dataclass(value):
        kept = [field.name for field in fields(value) if field.name not in {"start", "end"}]
        return (type(value), *(without_places(getattr(value, name)) for name in kept))
    if isinstance(value, tuple):
        return tuple(without_places(each) for each in value)
    return (type(value), value)
