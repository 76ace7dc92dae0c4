"""Mend what is indented too little or too deep, where it still is YAML, so the rest is checked."""

import re
from typing import TypeAlias

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostics
from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode, Node, ScalarNode, SequenceNode, mapping_of, text_of
from compiler.expressions.syntax import OPEN
from compiler.spec.pipeline import DefaultsSpec, PipelineSpec
from compiler.spec.shape import ObjectShape, ScalarShape, Shape, TableShape, fields_of
from compiler.steps import STEP_TYPES

Names: TypeAlias = frozenset[tuple[str, ...]]

SECTIONS = ("vars", "parameters", "defaults", "steps")
TOP = frozenset(field.key for field in fields_of(PipelineSpec))
DEFAULTS = frozenset(field.key for field in fields_of(DefaultsSpec))
NAME = re.compile(r"[A-Za-z0-9_-]+")
NAME_LISTS = frozenset({"outputs", "then", "else", "after"})
TABLES = frozenset({"inputs", "outputs", "hyperparameters", "environment", "metrics"})


def _fields(step: MappingNode) -> frozenset[str]:
    kind = _type_of(step)
    fields = fields_of(STEP_TYPES[kind].spec) if kind is not None else ()
    return frozenset(field.key for field in fields)


def mend_nesting(root: MappingNode, used: Names, diagnostics: Diagnostics) -> MappingNode:
    """Return the document with what is plainly one level off put where it belongs."""
    root = _sections(root, used, diagnostics)
    steps = mapping_of(root.get("steps"))
    if steps is None:
        return root
    steps = _stray_fields(steps, diagnostics)
    members: dict[str, Node] = {
        name: _step(_with_commas(step, diagnostics), diagnostics)
        if isinstance(step, MappingNode)
        else step
        for name, step in steps.members.items()
    }
    if steps is root.get("steps") and members == steps.members:
        return root
    steps = MappingNode(members, steps.key_spans, steps.span)
    return MappingNode({**root.members, "steps": steps}, root.key_spans, root.span)


def _sections(root: MappingNode, used: Names, diagnostics: Diagnostics) -> MappingNode:
    """Move entries of a section that stand beside it, and sections that stand in another."""
    above = ""
    for name, node in root.members.items():
        if name in TOP:
            above = name
            section = mapping_of(node) if name in SECTIONS else None
            for inner in section.members if section is not None else ():
                value = section.members[inner] if section is not None else node
                if inner in TOP - root.members.keys() and _is_no_entry(name, inner, value, used):
                    _report_deep(inner, name, root, section, diagnostics)
                    return _sections(_moved_out(root, name, inner), used, diagnostics)
        elif above in SECTIONS and _is_entry(above, name, node, used):
            place = root.key_span(name)
            _report_shallow(name, above, place, diagnostics)
            return _sections(_moved_in(root, above, name), used, diagnostics)
    return root


def _is_entry(section: str, name: str, node: Node, used: Names) -> bool:
    if section == "defaults":
        return name in DEFAULTS
    return (section, name) in used or (section == "steps" and _type_of(node) is not None)


def _is_no_entry(section: str, name: str, node: Node, used: Names) -> bool:
    if (section, name) in used or (section == "defaults" and name in DEFAULTS):
        return False
    match section:
        case "vars":
            return name in SECTIONS and (isinstance(node, MappingNode) or _is_empty(node))
        case "parameters":
            return not isinstance(node, MappingNode) or node.get("type") is None
        case _:
            return _type_of(node) is None


def _is_empty(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.value is None


def _type_of(node: Node) -> str | None:
    kind = text_of(node.get("type")) if isinstance(node, MappingNode) else None
    return kind if kind in STEP_TYPES else None


def _stray_fields(steps: MappingNode, diagnostics: Diagnostics) -> MappingNode:
    """Move fields of a step that stand beside it among the steps."""
    above = ""
    for name, node in steps.members.items():
        step = mapping_of(steps.get(above))
        fields = _fields(step) if step is not None else frozenset()
        if step is not None and name in fields - step.members.keys() and _type_of(node) is None:
            _report_shallow(name, above, steps.key_span(name), diagnostics)
            return _stray_fields(_moved_in(steps, above, name), diagnostics)
        above = name
    return steps


def _with_commas(step: MappingNode, diagnostics: Diagnostics) -> MappingNode:
    """Separate names in a list that have no comma between them."""
    members = dict(step.members)
    for field in NAME_LISTS & members.keys():
        node = members[field]
        for item in node.items if isinstance(node, SequenceNode) else ():
            words = (text_of(item) or "").split()
            are_names = len(words) > 1 and all(map(NAME.fullmatch, words))
            if isinstance(node, SequenceNode) and are_names:
                diagnostics.add(
                    codes.INVALID_NAME,
                    f"`{text_of(item)}` is not a name here, expected letters, digits, `-` and `_`",
                    item.span,
                    hint=f"put a comma between the names: {', '.join(words)}",
                )
                rest = tuple(each for each in node.items if each is not item)
                split = tuple(ScalarNode(word, item.span) for word in words)
                members[field] = node = SequenceNode((*rest, *split), node.span)
    return step if members == step.members else MappingNode(members, step.key_spans, step.span)


def _step(step: MappingNode, diagnostics: Diagnostics) -> MappingNode:
    """Move fields that stand in a table of the step, and entries that stand beside their table."""
    fields = _fields(step)
    above = ""
    for name, node in step.members.items():
        table = mapping_of(node) if name in TABLES & fields else None
        for inner in table.members if table is not None else ():
            if inner in fields - step.members.keys() and not _may_be_entry(step, name, inner):
                _report_deep(inner, name, step, table, diagnostics)
                return _step(_moved_out(step, name, inner), diagnostics)
        upper = step.get(above)
        if name not in fields and above in TABLES and isinstance(upper, ScalarNode | MappingNode):
            is_empty = _is_empty(upper)
            if is_empty or (isinstance(upper, MappingNode) and _is_moved(upper)):
                if is_empty:
                    _report_shallow(name, above, step.key_span(name), diagnostics)
                return _step(_moved_in(step, above, name), diagnostics)
        above = name
    return step


def _may_be_entry(step: MappingNode, table: str, name: str) -> bool:
    """Return whether what is called like a field of the step may be an entry of its table."""
    shapes = {field.key: field.shape for field in fields_of(STEP_TYPES[str(_type_of(step))].spec)}
    shape, entries = shapes[table], mapping_of(step.get(table))
    value = entries.get(name) if entries is not None else None
    item = shape.item if isinstance(shape, TableShape) else None
    if isinstance(item, ObjectShape):
        keys = {field.key for field in fields_of(item.spec)}
        text = text_of(value)
        if isinstance(value, MappingNode):
            return not value.members or bool(keys & value.members.keys())
        return text is not None and (OPEN in text or "://" in text)
    return isinstance(value, ScalarNode) and not _is_own(shapes[name], value)


def _is_own(shape: Shape, value: ScalarNode) -> bool:
    """Return whether a field has a form of its own, and the value has that form."""
    pattern = shape.pattern if isinstance(shape, ScalarShape) else None
    text = str(value.value)
    return pattern is not None and re.search(pattern.regex, text) is not None


def _is_moved(table: MappingNode) -> bool:
    """Return whether entries have been moved into a table, which had none of its own."""
    return bool(table.members) and table.span.text == ""


def _report_shallow(name: str, owner: str, place: Span, diagnostics: Diagnostics) -> None:
    diagnostics.add(
        codes.UNKNOWN_FIELD,
        f"`{name}` stands beside `{owner}` and not in it",
        place,
        hint=f"indent it deeper, as what belongs to `{owner}`",
    )


def _report_deep(
    name: str,
    owner: str,
    outer: MappingNode,
    inner: MappingNode | None,
    diagnostics: Diagnostics,
) -> None:
    diagnostics.add(
        codes.UNKNOWN_FIELD,
        f"`{name}` stands in `{owner}` and not beside it",
        inner.key_span(name) if inner is not None else outer.key_span(owner),
        hint=f"indent it less, like `{owner}`",
    )


def _moved_in(outer: MappingNode, owner: str, name: str) -> MappingNode:
    """Return a mapping in which an entry stands in another instead of beside it."""
    members: dict[str, Node] = dict(outer.members)
    below = members[owner]
    table = below if isinstance(below, MappingNode) else MappingNode({}, {}, below.span)
    spans = {**table.key_spans, name: outer.key_span(name)}
    members[owner] = MappingNode({**table.members, name: members.pop(name)}, spans, table.span)
    return MappingNode(members, outer.key_spans, outer.span)


def _moved_out(outer: MappingNode, owner: str, name: str) -> MappingNode:
    """Return a mapping in which an entry stands beside another instead of in it."""
    members: dict[str, Node] = {}
    for key, value in outer.members.items():
        if key != owner or not isinstance(value, MappingNode):
            members[key] = value
            continue
        names = list(value.members)
        after = names[names.index(name) + 1 :] if _is_empty(value.members[name]) else []
        rest = {each: value.members[each] for each in names if each not in (name, *after)}
        members[key] = MappingNode(rest, value.key_spans, value.span)
        content = {each: value.members[each] for each in after}
        found = MappingNode(content, value.key_spans, value.key_span(name))
        members[name] = found if content else value.members[name]
    owned = mapping_of(outer.get(owner))
    spans = dict(outer.key_spans)
    if owned is not None:
        spans[name] = owned.key_span(name)
    return MappingNode(members, spans, outer.span)
