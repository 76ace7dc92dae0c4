"""Secrets that stand in plain text where a job, a function or a parameter gets its values."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from compiler.diagnostics.diagnostic import Related
from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode, Node, ScalarNode, SequenceNode, mapping_of, text_of
from compiler.expressions.bound import ConstantValue, parts
from compiler.expressions.syntax import Expression
from compiler.lower import LoweredPipeline, LoweredStep
from compiler.policy.finding import Finding, texts
from compiler.policy.globs import fits_any
from compiler.resolve.pipeline import ResolvedPipeline
from compiler.sagemaker.api import Shape, shape
from compiler.secrets.names import is_value_member, name_member, option
from compiler.secrets.texts import form_of, is_reference, sounds_secret
from compiler.spec.fields import Table
from compiler.spec.policy import SecretPolicySpec

HINT = "keep it in Secrets Manager, and give the job its ARN"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Held:
    """A value, and what it is called where a person chose the name."""

    node: ScalarNode
    name: str | None
    place: Span


def check_secrets(
    step: LoweredStep, resolved: ResolvedPipeline, rule: SecretPolicySpec
) -> Iterator[Finding]:
    """Find secrets in what a step sends."""
    known = step.type.request_shape
    expected = shape(known) if known is not None else None
    keys = _keys(step)
    held = (
        replace(each, place=keys.get(each.name or "", each.place))
        for each in _held(step.arguments, expected, None, step.spec.span)
    )
    yield from _check(held, resolved, rule)
    yield from _check(_held(step.beside, None, None, step.spec.span), resolved, rule)


def places_of_secrets(root: MappingNode, rules: Iterable[SecretPolicySpec]) -> tuple[Span, ...]:
    """Return where secrets stand in a whole document, of which nothing else need be sound."""
    rules = tuple(rules)
    return tuple(
        each.node.span
        for each in chain(_held(root, None, None, root.span), _defaults(root))
        if not isinstance(each.node.value, Expression)
        and any(_secret_in(each, _written(each.node), rule) is not None for rule in rules)
    )


def _defaults(root: MappingNode) -> Iterator[_Held]:
    """Yield the values of parameters, which are called as the parameters are."""
    declared = mapping_of(root.get("parameters"))
    for name, parameter in declared.members.items() if declared is not None else ():
        for member in ("default", "enum"):
            value = parameter.get(member) if isinstance(parameter, MappingNode) else None
            if value is not None:
                yield from _held(value, None, name, value.span)


def _keys(step: LoweredStep) -> dict[str, Span]:
    """Return the places of names that stand in the fields of a step: a request has them not."""
    tables = (getattr(step.spec, field, None) for field in ("environment", "hyperparameters"))
    return {
        name: span
        for table in tables
        if isinstance(table, Table)
        for name, span in table.key_spans.items()
    }


def check_own_secrets(lowered: LoweredPipeline, rule: SecretPolicySpec) -> Iterator[Finding]:
    """Find secrets in the parameters of a pipeline, its tags and metadata, and its starts."""
    spec = lowered.resolved.pipeline.spec
    held = [
        _Held(node=node, name=name, place=spec.parameters.key_spans.get(name, parameter.span))
        for name, parameter in spec.parameters
        for node in (parameter.default, *parameter.enum)
        if node is not None
    ]
    tables = [spec.tags]
    tables += [start.parameters for _, start in spec.schedule]
    tables += [start.parameters for _, start in spec.triggers]
    for table in tables:
        held += [
            _Held(node=node, name=name, place=table.key_spans.get(name, node.span))
            for name, node in table
        ]
    if spec.metadata is not None:
        held += _held(spec.metadata, None, None, spec.metadata.span)
    yield from _check(held, lowered.resolved, rule)


def _held(node: Node, expected: Shape | None, name: str | None, place: Span) -> Iterator[_Held]:
    """Yield all values below a node; members of the API have names that no person chose."""
    match node:
        case ScalarNode():
            yield _Held(node=node, name=name, place=place)
        case SequenceNode(items=items):
            element = expected.element() if expected is not None and _is(expected, "list") else None
            before: str | None = None
            for item in items:
                called, before = option(text_of(item) or "", before)
                yield from _held(item, element, called, item.span)
        case MappingNode(members=members):
            is_structure = expected is not None and _is(expected, "structure")
            pair = _pair(node)
            for key, value in members.items():
                below = _below(expected, key)
                called = (pair if is_value_member(key) else None) if pair else key
                chosen = called if not is_structure or pair else None
                yield from _held(value, below, chosen, node.key_span(key))


def _is(expected: Shape, kind: str) -> bool:
    return expected.kind == kind


def _below(expected: Shape | None, key: str) -> Shape | None:
    if expected is None:
        return None
    if expected.kind == "structure":
        return expected.member(key) if key in expected.members else None
    return expected.element() if expected.kind == "map" else None


def _pair(node: MappingNode) -> str | None:
    """Return the name in a mapping that gives one thing its name and its value."""
    naming = name_member(node.members)
    return text_of(node.members[naming]) if naming is not None else None


def _check(
    held: Iterable[_Held], resolved: ResolvedPipeline, rule: SecretPolicySpec
) -> Iterator[Finding]:
    for each in held:
        kind = _secret_in(each, _texts(each.node, resolved), rule)
        if kind is None:
            continue
        called = f"`{each.name.lstrip('-')}`" if each.name is not None else "this"
        yield Finding(
            message=f"{called} holds {kind} in plain text",
            span=each.place,
            hint=HINT,
            related=_elsewhere(each),
            secrets=_places(each.node),
        )


def _secret_in(held: _Held, written: Sequence[str], rule: SecretPolicySpec) -> str | None:
    """Return which kind of secret a value is; the first of what is `written` is the whole."""
    form = next(filter(None, map(form_of, written)), None)
    if form is not None or held.name is None or not written:
        return form
    return "a secret" if _is_secret(held.name, _value(written[0], held.name), rule) else None


def _is_secret(name: str, value: str, rule: SecretPolicySpec) -> bool:
    word = name.lstrip("-").lower()
    if is_reference(value) or _is_among(word, texts(rule.harmless)):
        return False
    return _is_among(word, texts(rule.names)) or sounds_secret(name, value)


def _is_among(word: str, patterns: Iterable[str]) -> bool:
    return fits_any([each.lower() for each in patterns], word) is True


def _value(text: str, name: str) -> str:
    """Return the value in a word such as `--password=x`."""
    return text.removeprefix(f"{name}=") if name.startswith("-") else text


def _texts(node: ScalarNode, resolved: ResolvedPipeline) -> tuple[str, ...]:
    """Return what of a value stands in the spec; of a reference to something, nothing does."""
    if not isinstance(node.value, Expression):
        return _written(node)
    bound = resolved.bind(node.value)
    found = [str(part.value) for part in parts(bound) if isinstance(part, ConstantValue)]
    return tuple(found) if isinstance(bound, ConstantValue) else ("", *found)


def _written(node: ScalarNode) -> tuple[str, ...]:
    is_text = isinstance(node.value, str | int | float) and not isinstance(node.value, bool)
    return (str(node.value),) if is_text else ()


def _places(node: ScalarNode) -> tuple[Span, ...]:
    return (node.span, *(piece.span for piece in node.pieces))


def _elsewhere(held: _Held) -> tuple[Related, ...]:
    span = held.node.span
    is_near = held.place.line <= span.line <= held.place.last_line
    return () if is_near else (Related(span=span, message="the value stands here"),)
