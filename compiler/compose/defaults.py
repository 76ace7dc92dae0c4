"""Give each step the `defaults` that its type has and that it does not set."""

from collections.abc import Callable

from compiler.document.node import MappingNode, ScalarNode, mapping_of


def apply_defaults(
    root: MappingNode, fields_of_type: Callable[[str], frozenset[str]]
) -> MappingNode:
    """Return the document with defaults in its steps; a step's own field replaces the default."""
    defaults, steps = mapping_of(root.get("defaults")), mapping_of(root.get("steps"))
    if defaults is None or steps is None:
        return root
    members = dict(steps.members)
    for name, step in steps.members.items():
        kind = step.get("type") if isinstance(step, MappingNode) else None
        if not isinstance(step, MappingNode) or not isinstance(kind, ScalarNode):
            continue
        fields = fields_of_type(str(kind.value))
        added = {
            field: value
            for field, value in defaults.members.items()
            if field in fields and field not in step.members
        }
        if added:
            spans = {field: defaults.key_span(field) for field in added}
            members[name] = MappingNode(
                {**step.members, **added}, {**step.key_spans, **spans}, step.span
            )
    composed = MappingNode(members, steps.key_spans, steps.span)
    return MappingNode({**root.members, "steps": composed}, root.key_spans, root.span)
