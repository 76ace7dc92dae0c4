"""A layout keeps boxes apart and edges out of them, whatever the graph."""

from itertools import combinations, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.report.drawing import Drawing, Edge, Node
from compiler.report.layout import Box, Layout, Point, lay_out, spread

SIZE, LABEL = (150.0, 48.0), (60.0, 16.0)
Links = list[tuple[int, int]]


@st.composite
def dags(draw: st.DrawFn, most: int = 14) -> tuple[int, Links]:
    """Draw a number of steps, and edges that lead from a lower number to a higher one."""
    count = draw(st.integers(1, most))
    pairs = list(combinations(range(count), 2))
    links = st.lists(st.sampled_from(pairs), unique=True, max_size=24) if pairs else st.just([])
    return count, draw(links)


def drawing_of(count: int, links: Links) -> Drawing:
    return Drawing(
        nodes=tuple(Node(name=f"step-{i}", step_type="Training") for i in range(count)),
        edges=tuple(Edge(source=f"step-{a}", target=f"step-{b}") for a, b in links),
    )


def layout_of(drawing: Drawing, *, labelled: bool = False) -> Layout:
    sizes = {node.name: SIZE for node in drawing.nodes}
    return lay_out(
        drawing, sizes, dict.fromkeys(range(len(drawing.edges)), LABEL) if labelled else {}
    )


def overlap(a: Box, b: Box) -> bool:
    return (
        a.x < b.x + b.width - 0.01
        and b.x < a.x + a.width - 0.01
        and a.y < b.y + b.height - 0.01
        and b.y < a.y + a.height - 0.01
    )


def sampled(points: tuple[Point, ...]) -> list[Point]:
    """Follow a route: straight where x stays, else along the curve with vertical ends."""
    path: list[Point] = []
    for (x0, y0), (x1, y1) in pairwise(points):
        for i in range(21):
            t = i / 20
            bend = 3 * t * (1 - t)
            x = x0 + (x1 - x0) * (t**3 + bend * t)
            y = y0 * (1 - t) ** 3 + bend * (y0 + y1) / 2 + y1 * t**3
            path.append((x, y))
    return path


def inside(point: Point, box: Box) -> bool:
    x, y = point
    return (
        box.x + 0.01 < x < box.x + box.width - 0.01 and box.y + 0.01 < y < box.y + box.height - 0.01
    )


@given(dag=dags(), labelled=st.booleans())
@settings(max_examples=120, deadline=None)
def test_boxes_do_not_overlap_and_lie_inside_the_picture(
    dag: tuple[int, Links], labelled: bool
) -> None:
    layout = layout_of(drawing_of(*dag), labelled=labelled)
    for a, b in combinations(layout.boxes.values(), 2):
        assert not overlap(a, b)
    for box in layout.boxes.values():
        assert box.x >= -0.01
        assert box.y >= -0.01
        assert box.x + box.width <= layout.width + 0.01
        assert box.y + box.height <= layout.height + 0.01


@given(dag=dags(), labelled=st.booleans())
@settings(max_examples=120, deadline=None)
def test_edges_lead_down_from_box_to_box_and_through_none(
    dag: tuple[int, Links], labelled: bool
) -> None:
    drawing = drawing_of(*dag)
    layout = layout_of(drawing, labelled=labelled)
    for edge, route in zip(drawing.edges, layout.routes, strict=True):
        source, target = layout.boxes[edge.source], layout.boxes[edge.target]
        (start_x, start_y), (end_x, end_y) = route.points[0], route.points[-1]
        assert start_y == source.y + source.height
        assert end_y == target.y
        assert source.x < start_x < source.x + source.width
        assert target.x < end_x < target.x + target.width
        assert all(upper[1] < lower[1] for upper, lower in pairwise(route.points))
        for point in sampled(route.points):
            assert not any(inside(point, box) for box in layout.boxes.values())


@given(dag=dags())
@settings(max_examples=80, deadline=None)
def test_labels_overlap_neither_boxes_nor_each_other(dag: tuple[int, Links]) -> None:
    layout = layout_of(drawing_of(*dag), labelled=True)
    labels = [
        Box(x=x - LABEL[0] / 2, y=y - LABEL[1] / 2, width=LABEL[0], height=LABEL[1])
        for x, y in (route.label for route in layout.routes if route.label)
    ]
    assert len(labels) == len(layout.routes)
    for a, b in combinations([*labels, *layout.boxes.values()], 2):
        assert not overlap(a, b)


@given(dag=dags(), data=st.data())
@settings(max_examples=80, deadline=None)
def test_the_order_in_which_steps_are_listed_does_not_matter(
    dag: tuple[int, Links], data: st.DataObject
) -> None:
    drawing = drawing_of(*dag)
    nodes = data.draw(st.permutations(drawing.nodes))
    edges = data.draw(st.permutations(drawing.edges))
    other = Drawing(nodes=tuple(nodes), edges=tuple(edges))
    first, second = layout_of(drawing, labelled=True), layout_of(other, labelled=True)
    assert first.boxes == second.boxes
    routes = dict(zip(drawing.edges, first.routes, strict=True))
    assert routes == dict(zip(other.edges, second.routes, strict=True))


def test_a_chain_is_one_straight_line_although_edges_skip_steps() -> None:
    drawing = drawing_of(5, [(0, 1), (1, 2), (2, 3), (3, 4), (0, 2), (0, 3), (1, 4)])
    layout = layout_of(drawing, labelled=True)
    assert len({box.x for box in layout.boxes.values()}) == 1


def test_the_then_side_stands_left_of_the_else_side() -> None:
    nodes = tuple(Node(name=name, step_type="Training") for name in ("gate", "z", "a"))
    edges = (
        Edge(source="gate", target="a", kind="branch", outcome="else"),
        Edge(source="gate", target="z", kind="branch", outcome="then"),
    )
    layout = layout_of(Drawing(nodes=nodes, edges=edges), labelled=True)
    assert layout.boxes["z"].x < layout.boxes["a"].x


def test_a_cycle_is_drawn_with_one_edge_upwards() -> None:
    drawing = drawing_of(3, [(0, 1), (1, 2), (2, 0)])
    layout = layout_of(drawing)
    upwards = [route.points[-1][1] < route.points[0][1] for route in layout.routes]
    assert upwards == [False, False, True]


def test_two_thousand_steps_with_far_edges_keep_edges_out_of_boxes() -> None:
    links = [((i * i * 7919 // 7) % i, i) for i in range(1, 1000)]
    links += [(i, i + 1) for i in range(1000, 1999)] + [(i, 1999) for i in range(1000, 1990)]
    layout = layout_of(drawing_of(2000, links))
    rows: dict[float, list[Box]] = {}
    for box in layout.boxes.values():
        rows.setdefault(box.y, []).append(box)
    for row in rows.values():
        row.sort(key=lambda box: box.x)
        assert not any(overlap(a, b) for a, b in pairwise(row))
    for route in layout.routes[::37]:
        for point in sampled(route.points):
            assert not any(inside(point, b) for y, row in rows.items() if y < point[1] for b in row)


def test_ports_stay_near_the_wanted_places_apart_and_in_bounds() -> None:
    assert spread([50.0], 0.0, 100.0) == [50.0]
    assert spread([-80.0], 0.0, 100.0) == [0.0]
    assert spread([50.0, 50.0], 0.0, 100.0) == [42.0, 58.0]
    assert spread([500.0, 600.0], 0.0, 100.0) == [84.0, 100.0]
    assert spread([0.0] * 11, 0.0, 100.0) == [10.0 * i for i in range(11)]
