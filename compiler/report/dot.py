"""A drawing in Graphviz's DOT language."""

from collections.abc import Mapping

from compiler.report.drawing import Drawing, Edge, Node
from compiler.report.lettering import visible
from compiler.report.palette import LIGHT
from compiler.report.statuses import status_look
from compiler.report.step_kinds import step_kind

SHAPES: Mapping[str, str] = {"Condition": "hexagon", "Fail": "octagon"}
EDGE_STYLES: Mapping[str, str] = {"data": "solid", "order": "dotted", "branch": "bold"}


def drawing_to_dot(drawing: Drawing) -> str:
    """Return the graph as text that ends with a line break."""
    lines = [
        f"digraph {_id(drawing.title or 'pipeline')} {{",
        "  rankdir=TB",
        '  node [fontname="Helvetica" fontsize=11 margin="0.18,0.08" style="rounded"]',
        '  edge [fontname="Helvetica" fontsize=9]',
        *(f"  {_node(node)}" for node in drawing.nodes),
        *(f"  {_edge(edge)}" for edge in drawing.edges),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _id(value: str) -> str:
    """Quote an identifier: Graphviz takes everything in quotes but a quote itself."""
    return '"' + visible(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


def _label(value: str) -> str:
    """Quote text to be shown, in which Graphviz also reads backslashes and HTML entities."""
    lines = visible(value).replace("&", "&amp;").replace("\\", "\\\\").splitlines()
    return '"' + "\\n".join(lines).replace('"', '\\"') + '"'


def _attributes(values: Mapping[str, str]) -> str:
    return "[" + " ".join(f"{key}={value}" for key, value in values.items()) + "]"


def _node(node: Node) -> str:
    kind = step_kind(node.step_type)
    sign = f"{status_look(node.status).sign} " if node.status else ""
    note = kind.title + (f" · {node.detail}" if node.detail else "")
    values = {
        "label": _label(f"{sign}{node.display_name or node.name}\n{note}"),
        "tooltip": _label(node.name),
        "color": f'"{LIGHT[kind.family]}"',
        "shape": SHAPES.get(node.step_type, "box"),
    }
    if node.status == "Skipped":
        values["style"] = '"rounded,dashed"'
    return f"{_id(node.name)} {_attributes(values)}"


def _edge(edge: Edge) -> str:
    values = {"style": EDGE_STYLES[edge.kind]}
    if edge.caption:
        values["label"] = _label(edge.caption)
    if edge.kind == "branch":
        values["color"] = f'"{LIGHT["decide"]}"'
    return f"{_id(edge.source)} -> {_id(edge.target)} {_attributes(values)}"
