"""Choose a target and lay what differs there over the document."""

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import (
    Diagnostics,
    Related,
    did_you_mean,
    listing,
    near_or_known,
)
from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode, Node, ScalarNode, mapping_of, merge

DEFAULT_TARGET = "default"
# Validating compiles the spec for each of them.
MOST_TARGETS = 50
OF_THE_TARGET_ITSELF = frozenset({"default"})


def target_names(root: MappingNode) -> list[str]:
    """Return the names of the targets; a document without targets has one named `default`."""
    targets = mapping_of(root.get("targets"))
    return list(targets.members) if targets is not None and targets.members else [DEFAULT_TARGET]


def has_too_many_targets(root: MappingNode, diagnostics: Diagnostics) -> bool:
    """Return whether there are more targets than a spec may have, after reporting that."""
    count = len(target_names(root))
    if count <= MOST_TARGETS:
        return False
    message = f"the spec has {count:,} targets, expected at most {MOST_TARGETS}"
    diagnostics.add(codes.TOO_LARGE, message, root.key_span("targets"))
    return True


def choose_target(root: MappingNode, named: str | None, diagnostics: Diagnostics) -> str | None:
    """Return the target that is meant, or None after reporting that there is none of the name."""
    targets = mapping_of(root.get("targets"))
    members = targets.members if targets is not None else {}
    if named is not None and (named in members or (not members and named == DEFAULT_TARGET)):
        return named
    if named is not None:
        place = root.key_span("targets") if targets is not None else _first(root)
        known = listing(members) if members else "no targets"
        diagnostics.add(
            codes.UNKNOWN_TARGET,
            f"there is no target `{named}`, the spec has {known}",
            place,
            hint=did_you_mean(named, members),
        )
        return None
    defaults = [
        name
        for name, target in members.items()
        if isinstance(target, MappingNode) and _is_default(target)
    ]
    if targets is not None and len(defaults) > 1:
        diagnostics.add(
            codes.SEVERAL_DEFAULT_TARGETS,
            f"{listing(defaults)} are all the default target",
            targets.key_span(defaults[1]),
            related=[Related(span=targets.key_span(defaults[0]), message="first here")],
        )
    if defaults or len(members) <= 1 or not all(map(_is_sound, members.values())):
        return next(iter(defaults or members), DEFAULT_TARGET)
    diagnostics.add(
        codes.UNKNOWN_TARGET,
        f"none of the targets {listing(members)} is the default",
        root.key_span("targets"),
        hint="mark one with `default: true`, or name one with `--target`",
    )
    return None


def _is_sound(target: Node) -> bool:
    """Tell whether the schema has nothing to say of whether the target is the default."""
    default = target.get("default") if isinstance(target, MappingNode) else target
    return default is None or (isinstance(default, ScalarNode) and isinstance(default.value, bool))


def _is_default(target: MappingNode) -> bool:
    node = target.get("default")
    return isinstance(node, ScalarNode) and node.value is True


def _first(root: MappingNode) -> Span:
    return next(iter(root.key_spans.values()), root.span)


def lay_over(root: MappingNode, target: str, diagnostics: Diagnostics) -> MappingNode:
    """Return the document as it is for the target."""
    targets = mapping_of(root.get("targets"))
    chosen = mapping_of(targets.get(target)) if targets is not None else None
    if chosen is None:
        return root
    members = {
        name: value
        for name, value in chosen.members.items()
        if name not in OF_THE_TARGET_ITSELF and _goes_over(root.get(name), value)
    }
    parameters, steps = mapping_of(members.get("parameters")), mapping_of(members.get("steps"))
    if parameters is not None:
        members["parameters"] = _with_defaults(root, parameters, diagnostics)
    if steps is not None:
        members["steps"] = _known_steps(root, steps, diagnostics)
    merged = merge(root, MappingNode(members, chosen.key_spans, chosen.span))
    return _with_empty_variables(merged, mapping_of(members.get("vars")))


def _with_empty_variables(root: MappingNode, changed: MappingNode | None) -> MappingNode:
    """Return the document with variables that a target leaves empty, which is a mistake there."""
    variables = mapping_of(root.get("vars"))
    if variables is None or changed is None:
        return root
    empty = {
        name: value for name, value in changed.members.items() if name not in variables.members
    }
    spans = variables.key_spans | {name: changed.key_span(name) for name in empty}
    laid = MappingNode({**variables.members, **empty}, spans, variables.span)
    return MappingNode({**root.members, "vars": laid}, root.key_spans, root.span)


def _goes_over(below: Node | None, value: Node) -> bool:
    """Return whether a section can be laid over another; if not, the schema has a word to say."""
    return not isinstance(below, MappingNode) or isinstance(value, MappingNode)


def _with_defaults(
    root: MappingNode, parameters: MappingNode, diagnostics: Diagnostics
) -> MappingNode:
    """Return the parameters with a bare value as the parameter's default."""
    declared = mapping_of(root.get("parameters"))
    known = declared.members if declared is not None else {}
    members: dict[str, Node] = {}
    for name, value in parameters.members.items():
        if name not in known and not (isinstance(value, MappingNode) and value.get("type")):
            diagnostics.add(
                codes.UNKNOWN_NAME,
                f"`{name}` is not a parameter",
                parameters.key_span(name),
                hint=near_or_known(name, known),
            )
        elif name in known and not isinstance(known[name], MappingNode):
            continue  # the declaration is malformed, which is reported
        elif isinstance(value, ScalarNode) and value.value is not None:
            members[name] = MappingNode({"default": value}, {"default": value.span}, value.span)
        else:
            members[name] = value
    return MappingNode(members, parameters.key_spans, parameters.span)


def _known_steps(root: MappingNode, changed: MappingNode, diagnostics: Diagnostics) -> MappingNode:
    """Return the steps that the target can change, or that it adds."""
    steps = mapping_of(root.get("steps"))
    known = steps.members if steps is not None else {}
    members = dict(changed.members)
    for name, step in changed.members.items():
        if name not in known and not (isinstance(step, MappingNode) and step.get("type")):
            del members[name]
            diagnostics.add(
                codes.UNKNOWN_STEP,
                f"there is no step `{name}` that the target could change",
                changed.key_span(name),
                hint=near_or_known(name, known),
            )
    return MappingNode(members, changed.key_spans, changed.span)
