"""Names that are declared and never used."""

import re
from collections.abc import Iterator

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic
from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode, scalars
from compiler.expressions.parse import ExpressionError, parse
from compiler.expressions.syntax import OPEN, paths


def unused_names(root: MappingNode) -> Iterator[Diagnostic]:
    """Find parameters and variables of a document, as written, that no expression names."""
    used: set[tuple[str, str]] = set()
    for scalar in scalars(root):
        if isinstance(scalar.value, str) and OPEN in scalar.value:
            try:
                term = parse(scalar.value)
            except ExpressionError:
                continue
            used |= {
                (path.context, str(path.segments[1].value))
                for path in paths(term)
                if len(path.segments) > 1
            }
    for section, code, noun in (
        ("parameters", codes.UNUSED_PARAMETER, "parameter"),
        ("vars", codes.UNUSED_VARIABLE, "variable"),
    ):
        declared = root.get(section)
        if not isinstance(declared, MappingNode):
            continue
        for name in declared.members:
            if (section, name) not in used and not _is_kept_for_aliases(declared.key_span(name)):
                message = f"the {noun} `{name}` is used nowhere"
                yield Diagnostic(code=code, message=message, span=declared.key_span(name))


def _is_kept_for_aliases(key: Span) -> bool:
    """Return whether a value has an anchor that is used, which has no other place than `vars`."""
    line = key.source.lines[key.line]
    anchor = re.match(r"""["']?\s*:\s*&([\w-]+)""", line[key.end_column :])
    if anchor is None:
        return False
    return re.search(rf"\*{anchor[1]}(?![\w-])", key.source.text) is not None
