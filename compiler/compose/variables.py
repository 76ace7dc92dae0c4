"""Replace what is known when compiling: `vars`, `env` and `target`."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace

from compiler.compose.size import TooLargeError, size_of
from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostics, Related, did_you_mean, listing
from compiler.diagnostics.span import Span
from compiler.document.node import (
    MappingNode,
    Node,
    Piece,
    ScalarNode,
    SequenceNode,
    mapping_of,
    scalars,
)
from compiler.document.scalars import plain_scalar
from compiler.expressions.parse import ExpressionError, parse
from compiler.expressions.syntax import (
    OPEN,
    CallTerm,
    CompareTerm,
    Expression,
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
    has_unknown,
    locate,
)

COMPILE_TIME = ("vars", "env", "target")
RUN_TIME = ("parameters", "execution", "steps", "item", "iteration", "experiment")
CONTEXTS = COMPILE_TIME + RUN_TIME
MAX_SIZE = 500_000
MAX_TEXT = 1_000_000
# What people write who have come from shells and from Jinja.
ALMOST_EXPRESSION = re.compile(
    rf"(?<!\$)\{{\{{\s*((?:{'|'.join(CONTEXTS)})\.[^{{}}]*?)\s*\}}\}}"
    rf"|\$\{{\s*((?:{'|'.join(CONTEXTS)})\.[^{{}}]*?)\s*\}}"
)
LEFT_AS_WRITTEN = frozenset({"vars", "env", "targets"})


def substitute(
    root: MappingNode,
    target: Mapping[str, Node],
    environment: Mapping[str, str],
    diagnostics: Diagnostics,
) -> MappingNode | None:
    """Return the document with its expressions parsed and those of compile time replaced.

    None after reporting that the variables grow too large.
    """
    variables = Variables(root, target, environment, diagnostics)
    try:
        members = {
            name: value if name in LEFT_AS_WRITTEN else variables.resolve(value)
            for name, value in root.members.items()
        }
    except (TooLargeError, RecursionError) as error:
        message = (
            str(error) if isinstance(error, TooLargeError) else "they hold each other too deep"
        )
        diagnostics.add(codes.TOO_LARGE, f"`vars` grow too large: {message}", root.key_span("vars"))
        return None
    return MappingNode(members, root.key_spans, root.span)


class Variables:
    """The values known when compiling, looked up on demand and once."""

    def __init__(
        self,
        root: MappingNode,
        target: Mapping[str, Node],
        environment: Mapping[str, str],
        diagnostics: Diagnostics,
    ) -> None:
        self.root = root
        self.declared = mapping_of(root.get("vars"))
        self.env = root.get("env")
        self.target = target
        self.environment = environment
        self.diagnostics = diagnostics
        self.known: dict[str, Node | None] = {}
        self.visiting: list[tuple[str, Span]] = []
        self.pieces: list[Piece] = []
        self.size = 0

    def resolve(self, node: Node) -> Node:
        """Return a node with everything in it resolved."""
        match node:
            case ScalarNode():
                if not isinstance(node.value, str) or "{" not in node.value:
                    return node
                if (almost := ALMOST_EXPRESSION.search(node.value)) is not None:
                    return self._almost(node, node.value, almost)
                return self._scalar(node, node.value) if OPEN in node.value else node
            case SequenceNode():
                items = tuple(self.resolve(item) for item in node.items)
                return SequenceNode(items, node.span)
            case MappingNode():
                members = {name: self.resolve(value) for name, value in node.members.items()}
                for name in members:
                    if OPEN in name:
                        self.diagnostics.add(
                            codes.EXPRESSION_SYNTAX,
                            "a key can't hold an expression",
                            node.key_span(name),
                        )
                return MappingNode(members, node.key_spans, node.span)

    def _almost(self, node: ScalarNode, text: str, almost: re.Match[str]) -> Node:
        start = node.span.text.find(almost.group()[: len("${{ steps.")])
        base = node.span.source.offset(node.span.line, node.span.column) + start
        place = node.span.source.span(base, base + len(almost.group())).first_line()
        self.diagnostics.add(
            codes.EXPRESSION_SYNTAX,
            f"`{almost.group()}` is no expression",
            place if start >= 0 else node.span,
            hint=f"write `${{{{ {almost.group(1) or almost.group(2)} }}}}`",
        )
        return ScalarNode(Expression(text, UnknownTerm(0, len(text)), node.span), node.span)

    def _scalar(self, node: ScalarNode, text: str) -> Node:
        outer, self.pieces = self.pieces, []
        try:
            return self._resolved(node, text)
        finally:
            self.pieces = outer

    def _resolved(self, node: ScalarNode, text: str) -> Node:
        try:
            root = parse(text)
        except ExpressionError as error:
            span = locate(text, node.span, error.start, error.end)
            self.diagnostics.add(codes.EXPRESSION_SYNTAX, error.message, span, hint=error.hint)
            root = UnknownTerm(0, len(text))
        written = Expression(text, root, node.span)
        if isinstance(root, PathTerm) and root.context in COMPILE_TIME:
            found = self._path(root, written)
            if isinstance(found, ScalarNode):
                return replace(found, via=found.via or node.span)
            if found is not None:
                return found
        term = self._term(root, written)
        if isinstance(term, LiteralTerm):
            is_text = isinstance(term.value, str)
            return ScalarNode(term.value, node.span, node.via, is_text, tuple(self.pieces))
        return ScalarNode(Expression(text, term, node.span), node.span, node.via, node.quoted)

    def _term(self, term: Term, written: Expression) -> Term:
        match term:
            case PathTerm():
                return self._path_term(term, written)
            case InterpolationTerm():
                return self._interpolation(term, written)
            case ListTerm():
                items = tuple(self._term(item, written) for item in term.items)
                return replace(term, items=items)
            case CallTerm():
                return self._call(term, written)
            case NotTerm():
                return replace(term, operand=self._term(term.operand, written))
            case CompareTerm():
                left, right = self._term(term.left, written), self._term(term.right, written)
                return replace(term, left=left, right=right)
            case InTerm():
                query, values = self._term(term.query, written), self._term(term.values, written)
                return replace(term, query=query, values=values)
            case LogicTerm():
                operands = tuple(self._term(operand, written) for operand in term.operands)
                return replace(term, operands=operands)
            case LiteralTerm() | UnknownTerm():
                return term

    def _path_term(self, term: PathTerm, written: Expression) -> Term:
        if term.context in RUN_TIME:
            return term
        if term.context not in CONTEXTS:
            self.diagnostics.add(
                codes.UNKNOWN_NAME,
                f"unknown name `{term.context}`, expected one of {listing(CONTEXTS)}",
                written.place(term.segments[0]),
                hint=self._with_context(term.context) or did_you_mean(term.context, CONTEXTS),
            )
            return UnknownTerm(term.start, term.end)
        found = self._path(term, written)
        if isinstance(found, ScalarNode) and not isinstance(found.value, Expression):
            self.pieces += [Piece(as_text(found.value), found.span), *found.pieces]
            return LiteralTerm(found.value, term.start, term.end)
        if isinstance(found, SequenceNode) and all(
            isinstance(item, ScalarNode) and not isinstance(item.value, Expression)
            for item in found.items
        ):
            items = (
                LiteralTerm(item.value, term.start, term.end)  # type: ignore[arg-type,union-attr]
                for item in found.items
            )
            return ListTerm(tuple(items), term.start, term.end)
        if found is not None:
            self._no_single_value(found, "a mapping", written.place(term))
        return UnknownTerm(term.start, term.end)

    def _interpolation(self, term: InterpolationTerm, written: Expression) -> Term:
        parts = tuple(self._part(part, written) for part in term.parts)
        if all(isinstance(part, LiteralTerm) for part in parts):
            texts = [as_text(part.value) for part in parts if isinstance(part, LiteralTerm)]
            if sum(map(len, texts)) > MAX_TEXT:
                raise TooLargeError(f"a text has more than {MAX_TEXT:,} characters")
            text = "".join(texts)
            return LiteralTerm(text, term.start, term.end)
        return replace(term, parts=parts)

    def _part(self, part: Term, written: Expression) -> Term:
        """Return a part of a text: a variable that is a number stays as it is written, `1.10`."""
        term = self._term(part, written)
        if isinstance(part, PathTerm) and isinstance(term, ListTerm):
            found = self._path(part, written)
            if found is not None:
                self._no_single_value(found, "a list", written.place(part))
            return UnknownTerm(part.start, part.end)
        match part, term:
            case PathTerm(), LiteralTerm(value=int() | float() as number):
                as_written = self.pieces[-1].span.text
                if not isinstance(number, bool) and plain_scalar(as_written or "-") == number:
                    return replace(term, value=as_written)
        return term

    def _no_single_value(self, found: Node, kind: str, place: Span) -> None:
        self.diagnostics.add(
            codes.TYPE_MISMATCH,
            f"{kind} can't be part of a text or a comparison",
            found.span,
            related=[Related(span=place, message="used here")],
        )

    def _with_context(self, name: str) -> str | None:
        for context in ("vars", "parameters", "steps"):
            section = mapping_of(self.root.get(context))
            if section is not None and name in section.members:
                return f"write `{context}.{name}`"
        return None

    def _call(self, term: CallTerm, written: Expression) -> Term:
        arguments = tuple(self._term(argument, written) for argument in term.arguments)
        values = [argument.value for argument in arguments if isinstance(argument, LiteralTerm)]
        # A join of literals alone is written as a Join, just as it stands.
        is_known = len(values) == len(arguments) and arguments != term.arguments
        if len(values) == len(arguments) and values:
            if term.name == "string" and len(values) == 1:
                return LiteralTerm(as_text(values[0]), term.start, term.end)
            if term.name == "join" and is_known and isinstance(values[0], str):
                text = values[0].join(as_text(value) for value in values[1:])
                return LiteralTerm(text, term.start, term.end)
        return replace(term, arguments=arguments)

    def _path(self, term: PathTerm, written: Expression) -> Node | None:
        """Return the value of a compile-time path, or None after reporting that it has none."""
        if len(term.segments) == 1:
            self.diagnostics.add(
                codes.UNKNOWN_NAME, f"`{term.context}` alone is no value", written.place(term)
            )
            return None
        name = term.segments[1]
        if term.context == "vars":
            found = self._variable(name, written)
        elif term.context == "env":
            found = self._environment(name, written)
        else:
            found = self.target.get(str(name.value))
            if found is None:
                self._unknown("target", name, self.target, written)
        for segment in term.segments[2:]:
            if found is None:
                return None
            found = self._member(found, segment, written)
        self.size += size_of(found) if found is not None else 0
        if self.size > MAX_SIZE:
            raise TooLargeError(f"they stand for more than {MAX_SIZE:,} values")
        return found

    def _variable(self, segment: Segment, written: Expression) -> Node | None:
        name = str(segment.value)
        if self.declared is None and self.root.get("vars") is not None:
            return None  # it is no mapping, which is reported
        declared = self.declared.members if self.declared is not None else {}
        if name not in declared:
            self._unknown("vars", segment, declared, written)
            return None
        if name not in self.known:
            names = [visited for visited, _ in self.visiting]
            if name in names:
                cycle = " → ".join([*names[names.index(name) :], name])
                message = f"the variables go round in a circle: {cycle}"
                self.diagnostics.add(codes.VARIABLE_CYCLE, message, self.visiting[-1][1])
                return None
            value = declared[name]
            if isinstance(value, ScalarNode) and value.value is None and not value.quoted:
                self.diagnostics.add(
                    codes.WRONG_TYPE,
                    f"the variable `{name}` has no value",
                    self.declared.key_span(name) if self.declared is not None else value.span,
                )
                return None
            self.visiting.append((name, declared[name].span))
            self.known[name] = self._without_run_time(f"vars.{name}", self.resolve(declared[name]))
            self.visiting.pop()
        return self.known[name]

    def _without_run_time(self, name: str, node: Node) -> Node | None:
        for scalar in scalars(node):
            if isinstance(scalar.value, Expression):
                if not has_unknown(scalar.value.root):
                    self.diagnostics.add(
                        codes.WRONG_TIME,
                        f"`{name}` is needed when compiling, but holds a run-time reference",
                        scalar.span,
                        hint="write the reference where the value is used",
                    )
                return None
        return node

    def _environment(self, segment: Segment, written: Expression) -> Node | None:
        name = str(segment.value)
        declared = _names(self.env)
        if name not in declared:
            self._unknown("env", segment, declared, written)
            return None
        value: str | None = self.environment.get(name)
        node = self.env.get(name) if isinstance(self.env, MappingNode) else None
        default = node.get("default") if isinstance(node, MappingNode) else node
        if value is None and isinstance(default, ScalarNode) and default.value is not None:
            return self._without_run_time(f"env.{name}", self.resolve(default))
        if value is None:
            self.diagnostics.add(
                codes.MISSING_ENVIRONMENT,
                f"the environment variable `{name}` is not set and has no default",
                written.place(segment),
            )
            return None
        return ScalarNode(value, written.span, None, quoted=True)

    def _member(self, node: Node, segment: Segment, written: Expression) -> Node | None:
        if isinstance(node, MappingNode) and isinstance(segment.value, str):
            if segment.value in node.members:
                return node.members[segment.value]
            self._unknown("this variable", segment, node.members, written)
        elif isinstance(node, SequenceNode) and isinstance(segment.value, int):
            if segment.value < len(node.items):
                return node.items[segment.value]
            message = f"the list has {len(node.items)} items"
            self.diagnostics.add(codes.UNKNOWN_NAME, message, written.place(segment))
        else:
            self.diagnostics.add(
                codes.UNKNOWN_NAME, f"there is no `{segment.value}` here", written.place(segment)
            )
        return None

    def _unknown(
        self, owner: str, segment: Segment, known: Mapping[str, object], written: Expression
    ) -> None:
        name = str(segment.value)
        hint = did_you_mean(name, known)
        if hint is None and owner == "target":
            known_here = f"; known are {listing(known)}" if known else ""
            hint = f"the target does not set it{known_here}"
        elif hint is None:
            hint = f"known are {listing(known)}" if known else f"declare it under `{owner}`"
        self.diagnostics.add(
            codes.UNKNOWN_NAME, f"`{owner}` has no `{name}`", written.place(segment), hint=hint
        )


def as_text(value: object) -> str:
    """Return a literal as it reads in the middle of a text."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value)


def _names(node: Node | None) -> dict[str, object]:
    if isinstance(node, MappingNode):
        return dict(node.members)
    if isinstance(node, SequenceNode):
        return {str(item.value): item for item in node.items if isinstance(item, ScalarNode)}
    return {}
