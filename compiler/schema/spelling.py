"""Mend names that are misspelt where they are declared, so the rest is checked as it was meant."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostics, Related, near_name, near_or_known
from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode, Node, ScalarNode, SequenceNode, mapping_of, scalars
from compiler.expressions.parse import ExpressionError, parse
from compiler.expressions.syntax import OPEN, PathTerm, locate, paths
from compiler.schema.mends import field_meant
from compiler.schema.nesting import mend_nesting
from compiler.spec.pipeline import STEP_NAME, DefaultsSpec, PipelineSpec, TargetSpec
from compiler.spec.shape import fields_of

Path: TypeAlias = tuple[str, ...]


class Use(NamedTuple):
    """A place where a name is used; where exactly is worked out only when it must be shown."""

    scalar: ScalarNode
    start: int
    end: int

    @property
    def span(self) -> Span:
        """The place of the name."""
        text = self.scalar.value
        if isinstance(text, str) and OPEN in text:
            return locate(text, self.scalar.span, self.start, self.end)
        return self.scalar.span


# The names used below an owner, such as the steps' own outputs.
Uses: TypeAlias = dict[Path, dict[str, list[Use]]]

# One use of a name that is not declared is a mistake where it is used; if it stands elsewhere too,
# in other uses or as the name of something else, the mistake is in the declaration.
AGREE = 2


def mend_names(root: MappingNode, diagnostics: Diagnostics) -> MappingNode:
    """Return the document with misspelt declarations mended; each is reported."""
    uses = _uses(root)
    used = frozenset((*owner, name) for owner, names in uses.items() for name in names)
    nested = mend_nesting(root, used, diagnostics)
    uses, root = uses if nested is root else _uses(nested), nested
    root = _mend_fields(root, (), PipelineSpec, diagnostics)
    root = _mend_fields(root, ("defaults",), DefaultsSpec, diagnostics)
    for target in _names(root, ("targets",)):
        root = _mend_fields(root, ("targets", target), TargetSpec, diagnostics)
    _check_target_variables(root, uses, diagnostics)
    _count_targets(root, uses)
    for section in ("vars", "parameters", "steps"):
        root = _mend_declarations(root, (section,), (section,), uses, diagnostics)
    for step in _names(root, ("steps",)):
        outputs = ("steps", step, "outputs")
        root = _mend_declarations(root, outputs, outputs, uses, diagnostics)
        for output in _names(root, outputs):
            owner = ("steps", step, "files")
            root = _mend_declarations(root, (*outputs, output, "files"), owner, uses, diagnostics)
    return root


def _mend_fields(
    root: MappingNode, path: Path, spec: type, diagnostics: Diagnostics
) -> MappingNode:
    node = _at(root, path)
    if not isinstance(node, MappingNode):
        return root
    known = [field.key for field in fields_of(spec)]
    for name in node.members:
        absent = [key for key in known if key not in node.members]
        is_section = name == "default" and isinstance(node.members[name], MappingNode)
        near = field_meant(name, absent) if is_section or name not in known else None
        if near is None:
            continue
        diagnostics.add(
            codes.UNKNOWN_FIELD,
            f"unknown field `{name}`",
            node.key_span(name),
            hint=f"did you mean `{near}`?",
        )
        root = _renamed(root, path, name, near)
        node = mapping_of(_at(root, path)) or node
    return root


def _mentions(name: str, place: Span) -> int:
    return len(re.findall(rf"(?<![\w-]){re.escape(name)}(?![\w-])", place.source.text))


def _mend_declarations(
    root: MappingNode, path: Path, owner: Path, uses: Uses, diagnostics: Diagnostics
) -> MappingNode:
    """Mend the names declared at a path; expressions name them below `owner`."""
    declared = _names(root, path)
    used = uses.get(owner, {})
    unused = [name for name in declared if name not in used]
    for name, places in used.items():
        near = near_name(name, unused) if name not in declared else None
        if near is None:
            continue
        is_name = re.match(STEP_NAME.regex, near) is not None or owner == ("vars",)
        mentions = _mentions(name, declared[near]) if len(places) < AGREE else AGREE
        if is_name and mentions < AGREE:
            continue
        if is_name:
            code = codes.UNKNOWN_STEP if owner == ("steps",) else codes.UNKNOWN_NAME
            message = f"`{near}` is used nowhere, but `{name}` is, which is not declared"
        else:
            code = codes.INVALID_NAME
            message = f"`{near}` is not a name here, expected {STEP_NAME.expected}"
        diagnostics.add(
            code,
            message,
            declared[near],
            hint=f"did you mean `{name}`?",
            related=[Related(span=places[0].span, message="used here")],
        )
        unused.remove(near)
        root = _renamed(root, path, near, name)
    return root


def _uses(root: MappingNode) -> Uses:
    """Return where the names of variables, parameters, steps and their results are used."""
    uses: Uses = defaultdict(lambda: defaultdict(list))
    for scalar in scalars(root):
        if isinstance(scalar.value, str) and OPEN in scalar.value:
            for path, start, end in _used_in(scalar.value):
                uses[path[:-1]][path[-1]].append(Use(scalar, start, end))
    for step in _names(root, ("steps",)):
        for field in ("after", "then", "else", "steps"):
            for named in _named_steps(_at(root, ("steps", step, field))):
                uses["steps",][str(named.value)].append(Use(named, 0, 0))
        for source, span in _names(root, ("steps", step, "sources")).items():
            uses["steps",][source].append(Use(ScalarNode(source, span), 0, 0))
    return uses


def _named_steps(node: Node | None) -> Iterable[ScalarNode]:
    """Yield the names of steps in a field that names some; a mapping has its name as `step`."""
    for item in node.items if isinstance(node, SequenceNode) else (node,):
        named = item.get("step") if isinstance(item, MappingNode) else item
        if isinstance(named, ScalarNode):
            yield named


def _count_targets(root: MappingNode, uses: Uses) -> None:
    """Count what targets change as used too."""
    for target in _names(root, ("targets",)):
        for section in ("vars", "parameters", "steps"):
            for name, span in _names(root, ("targets", target, section)).items():
                uses[section,][name].append(Use(ScalarNode(name, span), 0, 0))


def _check_target_variables(root: MappingNode, uses: Uses, diagnostics: Diagnostics) -> None:
    """Find variables that only a target sets and nothing uses: it meant to change another."""
    declared = _names(root, ("vars",))
    for target in _names(root, ("targets",)):
        section = mapping_of(_at(root, ("targets", target, "vars"))) or MappingNode(
            {}, {}, root.span
        )
        for name in section.members:
            if name not in declared and name not in uses["vars",]:
                diagnostics.add(
                    codes.UNKNOWN_NAME,
                    f"there is no variable `{name}` that the target could change",
                    section.key_span(name),
                    hint=near_or_known(name, declared, "there are no `vars`"),
                )


def _used_in(text: str) -> Iterable[tuple[Path, int, int]]:
    try:
        found = list(paths(parse(text)))
    except ExpressionError:
        return
    for path in found:
        if len(path.segments) > 1:
            yield (path.context, str(path.segments[1].value)), path.start, path.end
            yield from _used_of_step(path)


def _used_of_step(path: PathTerm) -> Iterable[tuple[Path, int, int]]:
    names = tuple(str(segment.value) for segment in path.segments[:4])
    if len(names) == 4 and names[0] == "steps" and names[2] in ("outputs", "files"):
        yield names, path.start, path.end


def _at(root: Node, path: Path) -> Node | None:
    node: Node | None = root
    for name in path:
        node = node.get(name) if isinstance(node, MappingNode) else None
    return node


def _names(root: MappingNode, path: Path) -> dict[str, Span]:
    """Return the names in a mapping or in a list of names."""
    match _at(root, path):
        case MappingNode() as node:
            return {name: node.key_span(name) for name in node.members}
        case SequenceNode(items=items):
            return {str(each.value): each.span for each in items if isinstance(each, ScalarNode)}
        case _:
            return {}


def _renamed(node: Node, path: Path, old: str, new: str) -> MappingNode:
    """Return a mapping in which a name at a path is another, in the same place."""
    assert isinstance(node, MappingNode)  # noqa: S101 - the name was found there
    if not path:
        members = {new if name == old else name: value for name, value in node.members.items()}
        spans = {new if name == old else name: span for name, span in node.key_spans.items()}
        return MappingNode(members, spans, node.span)
    inner = node.members[path[0]]
    changed: Node
    if isinstance(inner, SequenceNode):
        items = (
            replace(item, value=new) if isinstance(item, ScalarNode) and item.value == old else item
            for item in inner.items
        )
        changed = SequenceNode(tuple(items), inner.span)
    else:
        changed = _renamed(inner, path[1:], old, new)
    return MappingNode({**node.members, path[0]: changed}, node.key_spans, node.span)
