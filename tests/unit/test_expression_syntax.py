"""Expressions: what binds tighter, what a text may hold, and where a mistake is."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.expressions.parse import ExpressionError, parse
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
    Term,
)


def shown(term: Term) -> str:
    """Return a term with a parenthesis around every operation."""
    match term:
        case LiteralTerm(value=value):
            return repr(value) if isinstance(value, str) else json.dumps(value)
        case PathTerm(segments=segments):
            first, *rest = segments
            return str(first.value) + "".join(
                f".{each.value}" if each.dotted else f"[{each.value!r}]" for each in rest
            )
        case ListTerm(items=items):
            return f"[{', '.join(map(shown, items))}]"
        case CallTerm(name=name, arguments=arguments):
            return f"{name}({', '.join(map(shown, arguments))})"
        case NotTerm(operand=operand):
            return f"(not {shown(operand)})"
        case CompareTerm(operator=operator, left=left, right=right):
            return f"({shown(left)} {operator} {shown(right)})"
        case InTerm(query=query, values=values):
            return f"({shown(query)} in {shown(values)})"
        case LogicTerm(operator=operator, operands=operands):
            return f"({f' {operator} '.join(map(shown, operands))})"
        case InterpolationTerm(parts=parts):
            return f"text({', '.join(map(shown, parts))})"
        case _:
            raise AssertionError(term)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a.b or c.d and e.f", "(a.b or (c.d and e.f))"),
        ("(a.b or c.d) and e.f", "((a.b or c.d) and e.f)"),
        ("not a.b and c.d", "((not a.b) and c.d)"),
        ("not (a.b and c.d)", "(not (a.b and c.d))"),
        ("not not a.b", "(not (not a.b))"),
        ("not a.b == 1", "(not (a.b == 1))"),
        ("a.b == 1 and c.d != 'x' or e.f", "(((a.b == 1) and (c.d != 'x')) or e.f)"),
        ("a.b in [1, 2.5] and c.d", "((a.b in [1, 2.5]) and c.d)"),
        ("a.b not in ['x']", "(not (a.b in ['x']))"),
        ("not a.b in []", "(not (a.b in []))"),
        ("a.b and c.d and e.f", "(a.b and c.d and e.f)"),
        ("a.b <= -3", "(a.b <= -3)"),
        ("a.b > 1e-3", "(a.b > 0.001)"),
        ("true == false", "(true == false)"),
        ("null", "null"),
        ("a.b-c", "a.b-c"),
        ("a.1b.c", "a.1b.c"),
        ("a['x.y'][0].z", "a['x.y'][0].z"),
        ('a["it\'s"]', 'a["it\'s"]'),
        ("f(a.b, 'x')", "f(a.b, 'x')"),
        ("f()", "f()"),
        ("'and'", "'and'"),
        ("a.and.or", "a.and.or"),
        ("a.b   ==\n 1", "(a.b == 1)"),
        ("'}'", "'}'"),
        ("'}}'", "'}}'"),
    ],
)
def test_operators_bind_as_in_python(text: str, tree: str) -> None:
    assert shown(parse(f"${{{{ {text} }}}}")) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("${{ a.b }}", "a.b"),
        ("x${{ a.b }}", "text('x', a.b)"),
        ("${{ a.b }}${{ c.d }}", "text(a.b, c.d)"),
        (" ${{ a.b }}", "text(' ', a.b)"),
        ("$${{ a.b }}", "text('${{ a.b }}')"),
        ("x $${{ a }} ${{ b.c }}", "text('x ${{ a }} ', b.c)"),
        ("$$${{ a.b }}", "'$${{ a.b }}'"),
        ("${{ a.b }}$${{ c }}", "text(a.b, '${{ c }}')"),
        ("$ ${{ a.b }} }}", "text('$ ', a.b, ' }}')"),
    ],
)
def test_text_around_expressions_stays(text: str, tree: str) -> None:
    assert shown(parse(text)) == tree


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("${{ }}", "${{ }}"),
        ("${{ a.b", "${{ a.b"),
        ("${{ a.b == }}", "}}"),
        ("x ${{ a.b c.d }}", "c"),
        ("${{ a. }}", "}}"),
        ("${{ 'x }}", "'x }}"),
        ("${{ a.b && c.d }}", "&&"),
        ("${{ a.b = 1 }}", "="),
        ("${{ (a.b }}", "}}"),
        ("${{ [1, }}", "}}"),
        ("${{ a[b] }}", "b"),
        ("${{ a[-1] }}", "-1"),
        ("${{ a[1.5] }}", "1.5"),
        ("${{ # }}", "#"),
        ("${{ 1x }}", "1"),
        ("${{ a.b < 1 < 2 }}", "<"),
        ("${{ and }}", "and"),
        ("${{ in [1] }}", "in"),
        ("${{ a.b + 1 }}", "+"),
    ],
)
def test_a_mistake_is_found_where_it_is(text: str, found: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert text[caught.value.start :].startswith(found)


def test_an_error_is_an_exception_like_any_other() -> None:
    with pytest.raises(ExpressionError) as caught:
        parse("${{ }}")
    caught.value.add_note("a frozen exception would refuse this")
    assert caught.value.with_traceback(None) is caught.value


@pytest.mark.parametrize(
    "text", ["(" * 200 + "a.b" + ")" * 200, "[" * 200, "not " * 200 + "a.b", "f(" * 200]
)
def test_what_is_nested_too_deep_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(f"${{{{ {text} }}}}")


@settings(max_examples=300, deadline=None)
@given(st.text("${} ab.'\"[]()!=<>0", max_size=30))
def test_any_text_parses_or_is_refused_with_a_place_in_it(text: str) -> None:
    whole = "x${{" + text
    try:
        found = parse(whole)
        start, end = found.start, found.end
    except ExpressionError as error:
        start, end = error.start, error.end
    assert 0 <= start <= end <= len(whole)


NAMES = st.sampled_from(["a.b", "steps.x.y", "p['k'][0]"])
LITERALS = st.one_of(
    st.integers(-1000, 1000).map(str),
    st.sampled_from(["'x'", "'it is'", '"q"', "true", "false", "0.25"]),
)
OPERANDS = st.one_of(NAMES, LITERALS)


def _conditions(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda t: f"({' '.join(t)})"),
        inner.map(lambda text: f"(not {text})"),
    )


COMPARISONS = st.tuples(OPERANDS, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), OPERANDS)
TREES = st.recursive(COMPARISONS.map(lambda t: f"({' '.join(t)})"), _conditions, max_leaves=8)


@settings(max_examples=200, deadline=None)
@given(TREES)
def test_printing_and_parsing_again_changes_nothing(text: str) -> None:
    once = shown(parse(f"${{{{ {text} }}}}"))
    assert shown(parse(f"${{{{ {once} }}}}")) == once
