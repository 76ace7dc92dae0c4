"""Read YAML into a document whose every value knows its place."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import yaml

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostics, Related, listing
from compiler.diagnostics.span import SourceFile, Span
from compiler.document.node import Document, MappingNode, Node, ScalarNode, SequenceNode
from compiler.document.scalars import plain_scalar
from compiler.document.syntax_errors import KEY_AND_VALUE, LastScalar, report_syntax_error

MAX_BYTES = 10_000_000
MAX_DEPTH = 100
MAX_ALIASED_NODES = 100_000
# More than a definition of the largest size has.
MAX_VALUES = 100_000
KEY_WITHOUT_COLON = re.compile(r"([\w.-]+) *[{\[\"']")
QUOTE_TEXT = "put quotes around a text that begins with `*`"
EXPRESSION_HINT = "an expression is written `${{ … }}`, and in quotes inside of `{…}` or `[…]`"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
TAG_PREFIX = "tag:yaml.org,2002:"
KNOWN_TAGS = frozenset(TAG_PREFIX + name for name in ("str", "map", "seq"))


def decode(name: str, content: bytes, diagnostics: Diagnostics) -> SourceFile | None:
    """Return the bytes of a file as a source, or report why they are no text."""
    if len(content) > MAX_BYTES:
        place = SourceFile(name, "").span(0, 0)
        diagnostics.add(
            codes.TOO_LARGE, f"the file has {len(content):,} bytes, at most {MAX_BYTES:,}", place
        )
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", errors="replace")
        source = SourceFile(name, content.decode("utf-8", errors="replace"))
        diagnostics.add(
            codes.ENCODING,
            f"byte 0x{content[error.start]:02x} is not UTF-8",
            source.span(len(before), len(before) + 1),
            hint="save the file as UTF-8",
        )
        return None
    return SourceFile(name, text.replace("\r\n", "\n").replace("\r", "\n"))


class Scalar(NamedTuple):
    """The place of a scalar's text, without its anchor and its tag."""

    span: Span
    is_block: bool


def scalars_of(source: SourceFile) -> Iterator[Scalar]:
    """Iterate over the places of all scalars of a source that can be read."""
    for token in yaml.scan(source.text, Loader=LOADER):
        if isinstance(token, yaml.ScalarToken):
            start, end = token.start_mark, token.end_mark
            span = Span(source, start.line, start.column, end.line, end.column)
            yield Scalar(span, token.style in ("|", ">"))


def read_document(
    source: SourceFile, diagnostics: Diagnostics, *, may_be_empty: bool = False
) -> Document | None:
    """Return the document of a source, or None after reporting what it is not."""
    reader = _Reader(source, diagnostics)
    try:
        root = reader.read(yaml.parse(source.text, Loader=LOADER))
    except yaml.YAMLError as error:
        report_syntax_error(source, error, reader.last, diagnostics)
        return None
    except _Refused:
        return None
    if root is None and may_be_empty:
        return Document(source, MappingNode({}, {}, source.span(0, 0)))
    if root is None:
        diagnostics.add(codes.NOT_ONE_DOCUMENT, "the file is empty", source.span(0, 0))
        return None
    if not isinstance(root, MappingNode):
        diagnostics.add(codes.WRONG_TYPE, "expected a mapping at the top of the file", root.span)
        return None
    return None if reader.failed else Document(source, root)


class _Refused(Exception):  # noqa: N818
    """Reading stops here; what is wrong has been reported."""


class _Frame:
    """A mapping or sequence that is still being read."""

    __slots__ = (
        "anchor", "is_flow", "is_mapping", "items", "key", "key_spans", "members", "merged",
        "repeated", "span", "weight",
    )  # fmt: skip

    def __init__(self, span: Span, anchor: str | None, *, is_mapping: bool, is_flow: bool) -> None:
        self.span = span
        self.anchor = anchor
        self.is_flow = is_flow
        self.is_mapping = is_mapping
        self.items: list[Node] = []
        self.members: dict[str, Node] = {}
        self.key_spans: dict[str, Span] = {}
        self.merged: dict[str, tuple[Node, Span]] = {}
        self.repeated: dict[str, tuple[Span, Span]] = {}
        self.key: tuple[str, Span] | None = None
        self.weight = 1


class _Reader:
    """Builds nodes from the parser's events."""

    def __init__(self, source: SourceFile, diagnostics: Diagnostics) -> None:
        self.source = source
        self.diagnostics = diagnostics
        self.failed = False
        self.anchors: dict[str, tuple[Node, int]] = {}
        self.aliased = 0
        self.values = 0
        self.stack: list[_Frame] = []
        self.root: Node | None = None
        self.last: LastScalar | None = None

    def read(self, events: Iterator[yaml.Event]) -> Node | None:
        """Return the root node."""
        documents = 0
        for event in events:
            self.last = None
            if isinstance(event, yaml.ScalarEvent):
                self._scalar(event)
            elif isinstance(event, yaml.CollectionStartEvent):
                self._open(event, is_mapping=isinstance(event, yaml.MappingStartEvent))
            elif isinstance(event, yaml.CollectionEndEvent):
                self._close(event)
            elif isinstance(event, yaml.AliasEvent):
                self._alias(event)
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse(
                        codes.NOT_ONE_DOCUMENT, "a second document begins here", self._span(event)
                    )
        return self.root

    def _span(self, event: yaml.Event) -> Span:
        start, end = event.start_mark, event.end_mark
        assert start is not None and end is not None  # noqa: PT018, S101 - the parser sets both
        return Span(self.source, start.line, start.column, end.line, end.column)

    def _refuse(self, code: codes.Code, message: str, span: Span, hint: str | None = None) -> None:
        self.diagnostics.add(code, message, span.first_line(), hint=hint)
        raise _Refused

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        span = self._span(event)
        self.last = LastScalar(span, event.style)
        tag = event.tag
        if tag is not None and tag != "!":
            self._check_tag(tag, span)
        quoted = bool(event.style) or tag == "!" or tag == TAG_PREFIX + "str"
        frame = self.stack[-1] if self.stack else None
        if frame is not None and frame.is_mapping and frame.key is None:
            self._key(frame, event, span, quoted=quoted)
            return
        if frame is not None and frame.is_mapping and frame.is_flow and not event.value:
            self._check_colon(frame, span)
        value = event.value if quoted else plain_scalar(event.value)
        node = ScalarNode(value, span, None, quoted)
        if event.anchor is not None:
            self.anchors[event.anchor] = (node, 1)
        self._add(node, 1)

    def _check_colon(self, frame: _Frame, span: Span) -> None:
        """Refuse `{a b}`, in which YAML sees the key `a b` without a value."""
        key = frame.key[1] if frame.key is not None else span
        start = self.source.offset(key.end_line, key.end_column)
        between = self.source.text[start : self.source.offset(span.line, span.column)]
        if span.text == "" and ":" not in between:
            self._refuse(codes.SYNTAX, "expected `: ` after the key", key, KEY_AND_VALUE)

    def _check_tag(self, tag: str, span: Span) -> None:
        if tag not in KNOWN_TAGS:
            shown = tag.replace(TAG_PREFIX, "!!")
            self._refuse(codes.UNSUPPORTED_YAML, f"the tag `{shown}` is not supported", span)

    def _key(self, frame: _Frame, event: yaml.ScalarEvent, span: Span, *, quoted: bool) -> None:
        name = event.value
        if not quoted and name == "<<":
            frame.key = ("<<", span)
            return
        if not quoted and (unopened := KEY_WITHOUT_COLON.match(name)) is not None:
            end = span.column + len(unopened.group(1))
            place = span._replace(end_line=span.line, end_column=end)
            self._refuse(codes.SYNTAX, "expected `: ` after the key", place, KEY_AND_VALUE)
        first = frame.key_spans.get(name)
        if first is not None:
            frame.repeated[name] = (first, span)
        frame.key_spans[name] = span
        frame.key = (name, span)

    def _open(self, event: yaml.CollectionStartEvent, *, is_mapping: bool) -> None:
        span = self._span(event)
        frame = self.stack[-1] if self.stack else None
        if event.tag is not None:
            self._check_tag(event.tag, span)
        if frame is not None and frame.is_mapping:
            if frame.key is None:
                hint = EXPRESSION_HINT if span.text == "{" else None
                self._refuse(codes.UNSUPPORTED_YAML, "a key must be a plain text", span, hint)
            elif not event.flow_style:
                span = frame.key[1]
        if len(self.stack) >= MAX_DEPTH:
            self._refuse(codes.TOO_LARGE, f"nested more than {MAX_DEPTH} deep", span)
        self.stack.append(
            _Frame(span, event.anchor, is_mapping=is_mapping, is_flow=bool(event.flow_style))
        )

    def _close(self, event: yaml.CollectionEndEvent) -> None:
        frame = self.stack.pop()
        if frame.is_flow:
            end = self._span(event)
            frame.span = frame.span._replace(end_line=end.end_line, end_column=end.end_column)
        node: Node
        if frame.is_mapping:
            self._report_repeated(frame)
            for name, (value, span) in frame.merged.items():
                if name not in frame.members:
                    frame.members[name] = value
                    frame.key_spans[name] = span
            node = MappingNode(frame.members, frame.key_spans, frame.span)
        else:
            node = SequenceNode(tuple(frame.items), frame.span)
        if frame.anchor is not None:
            self.anchors[frame.anchor] = (node, frame.weight)
        self._add(node, frame.weight)

    def _report_repeated(self, frame: _Frame) -> None:
        if not frame.repeated:
            return
        self.failed = True
        names = list(frame.repeated)
        first, again = frame.repeated[names[0]]
        message, hint = f"the key `{names[0]}` is here twice", None
        if len(names) > 1:
            message = f"the keys {listing(names)} are here twice"
            hint = "does a line with a name miss above this one, or is it indented too deep?"
        before = [name for name, span in frame.key_spans.items() if span.line == again.line - 1]
        value = frame.members.get(before[0]) if before else None
        if isinstance(value, ScalarNode) and value.value is None:
            message = f"`{before[0]}` has nothing in it, and what follows is here twice"
            hint = "indent it less, so that what follows is its content"
            again = frame.key_spans[before[0]]
        self.diagnostics.add(
            codes.DUPLICATE_KEY,
            message,
            again,
            hint=hint,
            related=[Related(span=first, message="first here")],
        )

    def _alias(self, event: yaml.AliasEvent) -> None:
        span = self._span(event)
        found = self.anchors.get(event.anchor or "")
        if found is None:
            if any(frame.anchor == event.anchor for frame in self.stack):
                self._refuse(codes.ALIAS, f"the anchor `{event.anchor}` holds itself", span)
            self._refuse(
                codes.ALIAS, f"no anchor `{event.anchor}` stands before this", span, QUOTE_TEXT
            )
            return
        node, weight = found
        self.aliased += weight
        if self.aliased > MAX_ALIASED_NODES:
            self._refuse(
                codes.ALIAS, f"aliases repeat more than {MAX_ALIASED_NODES:,} values", span
            )
        if self.stack and self.stack[-1].is_mapping and self.stack[-1].key is None:
            self._refuse(codes.UNSUPPORTED_YAML, "a key must be a plain text", span)
        self._add(node, weight)

    def _add(self, node: Node, weight: int) -> None:
        self.values += 1
        if self.values > MAX_VALUES:
            self._refuse(codes.TOO_LARGE, f"more than {MAX_VALUES:,} values", node.span)
        if not self.stack:
            self.root = node
            return
        frame = self.stack[-1]
        frame.weight += weight
        if not frame.is_mapping:
            frame.items.append(node)
        elif frame.key is not None:
            name, span = frame.key
            frame.key = None
            if name == "<<" and name not in frame.key_spans:
                self._merge(frame, node, span)
            else:
                frame.members[name] = node

    def _merge(self, frame: _Frame, node: Node, span: Span) -> None:
        sources = node.items if isinstance(node, SequenceNode) else (node,)
        for source in sources:
            if not isinstance(source, MappingNode):
                self._refuse(codes.ALIAS, "`<<` takes a mapping or a list of mappings", span)
                return
            for name, value in source.members.items():
                frame.merged.setdefault(name, (value, source.key_span(name)))
