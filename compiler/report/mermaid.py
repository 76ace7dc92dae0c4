"""A drawing as a Mermaid flowchart."""

import re
from collections.abc import Mapping

from compiler.report.drawing import Drawing, Edge, Node
from compiler.report.lettering import visible
from compiler.report.palette import LIGHT
from compiler.report.statuses import status_look
from compiler.report.step_kinds import step_kind

# Everything else is written as an entity: Mermaid gives many signs a meaning, Markdown's included.
NOT_PLAIN = re.compile(r"[^\w .,:()…·\N{EN DASH}✓✕▶■○?-]|(?<!\w)_|_(?!\w)")
# Two things that Mermaid looks for in the text itself, after the entities: formulas and icons.
MARKS = re.compile(r"(\$)(?=\$)|(\bfa[bklrs]?:|\bmdi:)")
APART = "\u200b"
ARROWS = {"data": "-->", "order": "-.->", "branch": "==>"}


def drawing_to_mermaid(drawing: Drawing) -> str:
    """Return the flowchart as text that ends with a line break."""
    ids = _ids(drawing)
    lines = ["flowchart TD"]
    lines += [f"  {_node(node, ids)}" for node in drawing.nodes]
    lines += [f"  {_edge(edge, ids)}" for edge in drawing.edges]
    families = sorted({step_kind(node.step_type).family for node in drawing.nodes})
    for family in families:
        members = ",".join(
            ids[node.name] for node in drawing.nodes if step_kind(node.step_type).family == family
        )
        lines.append(f"  classDef {family}Kind stroke:{LIGHT[family]},stroke-width:1.5px")
        lines.append(f"  class {members} {family}Kind")
    skipped = ",".join(ids[node.name] for node in drawing.nodes if node.status == "Skipped")
    if skipped:
        lines.append("  classDef notTaken stroke-dasharray:5 4,opacity:0.7")
        lines.append(f"  class {skipped} notTaken")
    return "\n".join(lines) + "\n"


def _ids(drawing: Drawing) -> dict[str, str]:
    """Give each node an id without a hyphen and without a word that Mermaid reserves."""
    ids: dict[str, str] = {}
    taken: set[str] = set()
    for node in drawing.nodes:
        stem = "step_" + re.sub(r"[^A-Za-z0-9]", "_", node.name)
        chosen, count = stem, 1
        while chosen in taken:
            count += 1
            chosen = f"{stem}_{count}"
        taken.add(chosen)
        ids[node.name] = chosen
    return ids


def _text(value: str) -> str:
    lines = (" ".join(line.split()) for line in visible(value).splitlines())
    lines = (MARKS.sub(lambda match: match.group() + APART, line) for line in lines)
    return "<br/>".join(
        NOT_PLAIN.sub(lambda match: f"#{ord(match.group())};", line) for line in lines if line
    )


def _node(node: Node, ids: Mapping[str, str]) -> str:
    title = node.display_name if node.display_name and node.display_name.strip() else node.name
    sign = f"{status_look(node.status).sign} " if node.status else ""
    note = step_kind(node.step_type).title + (f" · {node.detail}" if node.detail else "")
    label = f'"{_text(sign + title)}<br/>{_text(note)}"'
    match node.step_type:
        case "Condition":
            return f"{ids[node.name]}{{{{{label}}}}}"
        case "Fail":
            return f"{ids[node.name]}([{label}])"
        case _:
            return f"{ids[node.name]}({label})"


def _edge(edge: Edge, ids: Mapping[str, str]) -> str:
    caption = _text(edge.caption or "")
    label = f'|"{caption}"|' if caption else ""
    return f"{ids[edge.source]} {ARROWS[edge.kind]}{label} {ids[edge.target]}"
