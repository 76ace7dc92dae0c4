"""A drawing as one SVG picture that brings its own style, for light and dark pages."""

from dataclasses import dataclass

from compiler.report.drawing import Drawing, Edge, Node
from compiler.report.layout import Box, Layout, Point, Route, lay_out
from compiler.report.lettering import one_line, shorten, text_width, visible
from compiler.report.markup import Attribute, element, number, text
from compiler.report.palette import palette_style
from compiler.report.statuses import status_look
from compiler.report.step_kinds import step_kind

MARGIN = 14.0
LEAST_SCALE = 0.7
NODE_HEIGHT = 48.0
LEAST_WIDTH, MOST_WIDTH = 148.0, 268.0
NAME_SIZE, NOTE_SIZE, LABEL_SIZE = 13.0, 11.0, 11.0
TEXT_LEFT, TEXT_RIGHT, SIGN_ROOM = 46.0, 13.0, 22.0
POINTED = 13.0
LABEL_HEIGHT, MOST_LABEL_WIDTH, PILL_PADDING = 16.0, 128.0, 8.0
ARROW = 7.0

STYLE = (
    ".pg{font-family:ui-sans-serif,system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,"
    "sans-serif}"
    ".pg .paper{fill:var(--surface)}"
    ".pg .box{fill:var(--surface);stroke:var(--line);stroke-width:1.25}"
    ".pg .tint{fill:var(--tone);opacity:.13}.pg .icon{stroke:var(--tone)}"
    ".pg .icon,.pg .mark{fill:none;stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round}"
    ".pg .name{font-size:13px;font-weight:600;fill:var(--ink)}"
    ".pg .note{font-size:11px;fill:var(--muted);font-variant-numeric:tabular-nums}"
    ".pg .label{font-size:11px;fill:var(--muted);text-anchor:middle}"
    ".pg .behind{fill:var(--surface)}"
    ".pg .edge{fill:none;stroke:var(--edge);stroke-width:1.4}"
    ".pg .order{stroke-dasharray:2 4;stroke-linecap:round}"
    ".pg .branch{stroke:var(--decide);stroke-width:1.8}"
    ".pg .untaken{stroke:var(--edge);stroke-width:1.2;stroke-dasharray:5 4}"
    ".pg .head{fill:var(--edge)}.pg .branch-head{fill:var(--decide)}"
    ".pg .pill{fill:var(--surface);stroke:var(--decide);stroke-width:1.2}"
    ".pg .pill-text{font-size:11px;font-weight:600;fill:var(--decide);text-anchor:middle}"
    ".pg .untaken-pill .pill{stroke:var(--edge);stroke-dasharray:3 3}"
    ".pg .untaken-pill .pill-text{fill:var(--muted);font-weight:400}"
    ".pg .data-kind{--tone:var(--data)}.pg .learn-kind{--tone:var(--learn)}"
    ".pg .model-kind{--tone:var(--model)}.pg .decide-kind{--tone:var(--decide)}"
    ".pg .call-kind{--tone:var(--call)}.pg .stop-kind{--tone:var(--stop)}"
    ".pg .decide-kind .box{stroke:var(--decide)}.pg .stop-kind .box{stroke:var(--stop)}"
    ".pg .good{--sign:var(--good)}.pg .bad{--sign:var(--bad)}.pg .busy{--sign:var(--busy)}"
    ".pg .halt{--sign:var(--halt)}.pg .idle{--sign:var(--idle)}"
    ".pg .shape{fill:var(--sign);stroke:var(--sign);stroke-width:1.5}"
    ".pg .mark{stroke:var(--on-status);stroke-width:1.8}"
    ".pg .hollow .shape{fill:none}.pg .hollow .mark{stroke:var(--sign)}"
    ".pg .node.bad .box{stroke:var(--bad);stroke-width:2}"
    ".pg .node.busy .box{stroke:var(--busy);stroke-width:2}"
    ".pg .Skipped .box{stroke:var(--line);stroke-dasharray:5 4}"
    ".pg .Skipped .name,.pg .NotStarted .name{fill:var(--muted);font-weight:400}"
    ".pg .Skipped .tint,.pg .Skipped .icon{opacity:.5}.pg .Skipped .tint{opacity:.07}"
    ".pg a:hover .box,.pg a:focus .box{stroke:var(--accent);stroke-width:2}"
    ".pg a:focus{outline:none}"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """An SVG element and its natural size."""

    svg: str
    width: float
    height: float


def drawing_to_svg(drawing: Drawing) -> str:
    """Return the text of an SVG file."""
    return picture_of(drawing, prefix="pg", standalone=True).svg + "\n"


def picture_of(drawing: Drawing, *, prefix: str, standalone: bool) -> Picture:
    """Return the picture. `prefix` starts all its ids; embedded it takes the page's colours."""
    sizes = {node.name: _node_size(node) for node in drawing.nodes}
    labels = {
        i: (_label_width(edge), LABEL_HEIGHT)
        for i, edge in enumerate(drawing.edges)
        if edge.caption
    }
    layout = lay_out(drawing, sizes, labels)
    width, height = layout.width + 2 * MARGIN, layout.height + 2 * MARGIN
    title = drawing.title or "pipeline"
    style = (palette_style(".pg") if standalone else "") + STYLE
    paper = element("rect", {"class": "paper", "width": width, "height": height, "rx": 10})
    # Embedded it shrinks with its column, but not so far that the names can't be read.
    shrink = f"width:clamp({number(width * LEAST_SCALE)}px,100%,{number(width)}px);height:auto"
    svg = element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": "pg",
            "viewBox": f"0 0 {number(width)} {number(height)}",
            "width": width,
            "height": height,
            "style": None if standalone else shrink,
            "role": "img" if standalone else "group",
            "aria-labelledby": f"{prefix}-title",
        },
        element("title", {"id": f"{prefix}-title"}, text(f"Steps of {one_line(title)}")),
        element("style", {}, style),
        _arrow_heads(prefix),
        paper if standalone else "",
        element(
            "g",
            {"transform": f"translate({number(MARGIN)} {number(MARGIN)})"},
            *_edges(drawing, layout, prefix),
            *(_node(node, layout.boxes[node.name]) for node in drawing.nodes),
        ),
    )
    return Picture(svg=svg, width=width, height=height)


def _shown_name(node: Node) -> str:
    return one_line(node.display_name or "") or node.name


def _note(node: Node) -> str:
    kind = one_line(step_kind(node.step_type).title)
    parts = [kind] if _shown_name(node) == node.name else [node.name, kind]
    return " · ".join([*parts, one_line(node.detail)] if node.detail else parts)


def _node_size(node: Node) -> tuple[float, float]:
    # Bold text is wider than the estimate is made for.
    name = text_width(_shown_name(node), NAME_SIZE * 1.06) + (SIGN_ROOM if node.status else 0)
    content = max(name, text_width(_note(node), NOTE_SIZE))
    width = min(max(TEXT_LEFT + content + TEXT_RIGHT + 1, LEAST_WIDTH), MOST_WIDTH)
    return width + (2 * POINTED if node.step_type == "Condition" else 0), NODE_HEIGHT


def _label_text(edge: Edge) -> str:
    return shorten(one_line(edge.caption or ""), LABEL_SIZE, MOST_LABEL_WIDTH)


def _label_width(edge: Edge) -> float:
    return text_width(_label_text(edge), LABEL_SIZE) + 2 * PILL_PADDING


def _arrow_heads(prefix: str) -> str:
    return element(
        "defs",
        {},
        *(
            element(
                "marker",
                {
                    "id": f"{prefix}-{name}",
                    "viewBox": "0 0 8 8",
                    "refX": 7.2,
                    "refY": 4,
                    "markerWidth": ARROW,
                    "markerHeight": ARROW,
                    "markerUnits": "userSpaceOnUse",
                    "orient": "auto",
                },
                element("path", {"class": name, "d": "M0 .6 8 4 0 7.4 1.8 4Z"}),
            )
            for name in ("head", "branch-head")
        ),
    )


def _edges(drawing: Drawing, layout: Layout, prefix: str) -> list[str]:
    status = {node.name: node.status for node in drawing.nodes}
    lines: list[str] = []
    labels: list[str] = []
    for edge, route in zip(drawing.edges, layout.routes, strict=True):
        untaken = status[edge.target] == "Skipped" or status[edge.source] == "Skipped"
        lines.append(_line(edge, route, prefix, untaken=untaken))
        if route.label:
            labels.append(_label(edge, route.label, untaken=untaken))
    return lines + labels


def _line(edge: Edge, route: Route, prefix: str, *, untaken: bool) -> str:
    kind = "untaken" if untaken else edge.kind
    head = "branch-head" if kind == "branch" else "head"
    caption = f": {one_line(edge.caption)}" if edge.caption else ""
    return element(
        "path",
        {
            "class": f"edge {kind}",
            "d": path_of(route.points),
            "marker-end": f"url(#{prefix}-{head})",
        },
        element("title", {}, text(f"{edge.source} → {edge.target}{caption}")),
    )


def path_of(points: tuple[Point, ...]) -> str:
    """Return the path through the points: straight downwards, curved where it moves over."""
    (x, y), *others = points
    parts = [f"M{number(x)} {number(y)}"]
    for next_x, next_y in others:
        if next_x == x:
            parts.append(f"V{number(next_y)}")
        else:
            middle = number((y + next_y) / 2)
            parts.append(
                f"C{number(x)} {middle} {number(next_x)} {middle} {number(next_x)} {number(next_y)}"
            )
        x, y = next_x, next_y
    return "".join(parts)


def _label(edge: Edge, at: Point, *, untaken: bool) -> str:
    x, y = at
    shown, width = text(_label_text(edge)), _label_width(edge)
    if edge.kind != "branch":
        words: dict[str, Attribute] = {"class": "label", "x": x, "y": y + 4}
        return _plate("behind", x, y, width - PILL_PADDING) + element("text", words, shown)
    return element(
        "g",
        {"class": "untaken-pill" if untaken else None},
        _plate("pill", x, y, width),
        element("text", {"class": "pill-text", "x": x, "y": y + 3.8}, shown),
    )


def _plate(kind: str, x: float, y: float, width: float) -> str:
    """Return what stands behind a label, so that no line runs through its letters."""
    return element(
        "rect",
        {
            "class": kind,
            "x": x - width / 2,
            "y": y - LABEL_HEIGHT / 2,
            "width": width,
            "height": LABEL_HEIGHT,
            "rx": LABEL_HEIGHT / 2,
        },
    )


def _node(node: Node, box: Box) -> str:
    kind = step_kind(node.step_type)
    look = status_look(node.status) if node.status else None
    pointed = POINTED if node.step_type == "Condition" else 0.0
    width, height = box.width, box.height
    right = width - pointed - TEXT_RIGHT
    name = shorten(
        _shown_name(node),
        NAME_SIZE * 1.06,
        right - pointed - TEXT_LEFT - (SIGN_ROOM if look else 0),
    )
    note = shorten(_note(node), NOTE_SIZE, right - pointed - TEXT_LEFT)
    left = pointed + TEXT_LEFT
    classes = ["node", f"{kind.family}-kind", *([look.tone] if look else [])]
    if node.status in ("Skipped", "NotStarted"):
        classes.append(node.status)
    group = element(
        "g",
        {
            "class": " ".join(classes),
            "transform": f"translate({number(box.x)} {number(box.y)})",
        },
        element("title", {}, text(_tooltip(node))),
        _outline(width, height, pointed),
        element(
            "rect", {"class": "tint", "x": pointed + 9, "y": 10, "width": 28, "height": 28, "rx": 7}
        ),
        element(
            "path",
            {"class": "icon", "d": kind.icon, "transform": f"translate({number(pointed + 15)} 16)"},
        ),
        element("text", {"class": "name", "x": left, "y": 21}, text(name)),
        element("text", {"class": "note", "x": left, "y": 37}, text(note)),
        status_sign(node.status, f"translate({number(right - 10)} 8.5) scale(.9)")
        if node.status
        else "",
    )
    return element("a", {"href": node.link}, group) if node.link else group


def _outline(width: float, height: float, pointed: float) -> str:
    if not pointed:
        return element("rect", {"class": "box", "width": width, "height": height, "rx": 9})
    w, h, p = number(width), number(height), number(pointed)
    half, inner = number(height / 2), number(width - pointed)
    return element(
        "path",
        {
            "class": "box",
            "stroke-linejoin": "round",
            "d": f"M{p} 0H{inner}L{w} {half}L{inner} {h}H{p}L0 {half}Z",
        },
    )


def status_sign(status: str, transform: str | None = None) -> str:
    """Return the sign of a status as SVG: its shape tells it without its colour."""
    look = status_look(status)
    return element(
        "g",
        {"class": f"{look.tone}{'' if look.filled else ' hollow'}", "transform": transform},
        element("path", {"class": "shape", "d": look.shape}),
        element("path", {"class": "mark", "d": look.mark}) if look.mark else "",
    )


def _tooltip(node: Node) -> str:
    lines = [visible(node.display_name), node.name] if node.display_name else [node.name]
    lines.append(step_kind(node.step_type).title)
    if node.status:
        lines.append(status_look(node.status).word)
    if node.detail:
        lines.append(node.detail)
    if node.branch:
        lines.append(f"{node.branch.outcome} of {node.branch.condition}")
    return "\n".join(lines)
