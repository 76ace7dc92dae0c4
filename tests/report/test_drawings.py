"""A definition becomes a graph, and the graph an SVG, a Mermaid and a DOT text."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from compiler.report.dot import drawing_to_dot
from compiler.report.drawing import Branch, Drawing, Edge, Node
from compiler.report.from_definition import drawing_of_definition
from compiler.report.mermaid import drawing_to_mermaid
from compiler.report.step_kinds import STEP_KINDS
from compiler.report.svg import drawing_to_svg

FORMATS = {"svg": drawing_to_svg, "mmd": drawing_to_mermaid, "dot": drawing_to_dot}
SVG = "{http://www.w3.org/2000/svg}"
STATUSES = ("Succeeded", "Failed", "Executing", "Stopped", "Skipped", "NotStarted", None)


def every_look() -> Drawing:
    """Return fifty steps that show every step type and every status."""
    types = sorted(STEP_KINDS)
    nodes = tuple(
        Node(
            name=f"step-{i}",
            step_type=types[i % len(types)],
            display_name="Größe & <Form>" if i % 9 == 4 else None,
            status=STATUSES[i % len(STATUSES)],
            detail="12.4 s" if i % 3 == 0 else None,
        )
        for i in range(50)
    )
    edges = [
        Edge(source=f"step-{max(i - 6, 0)}", target=f"step-{i}", label="model" if i % 2 else None)
        for i in range(1, 50)
    ]
    edges += [
        Edge(source=f"step-{i}", target=f"step-{i + 13}", kind="order") for i in range(2, 36, 8)
    ]
    return Drawing(nodes=nodes, edges=tuple(edges), title="every look")


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_bert_pipeline_is_drawn_as_expected(
    definition: Any, suffix: str, matches_expected: Callable[[str, str], None]
) -> None:
    drawing = drawing_of_definition(definition, "bert-reviews")
    matches_expected(f"bert_reviews.{suffix}", FORMATS[suffix](drawing))


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_step_type_and_status_is_drawn_as_expected(
    suffix: str, matches_expected: Callable[[str, str], None]
) -> None:
    matches_expected(f"every_look.{suffix}", FORMATS[suffix](every_look()))


def test_the_hash_seed_does_not_change_a_picture() -> None:
    program = (
        "from tests.report.test_drawings import FORMATS, every_look\n"
        "for write in FORMATS.values(): print(write(every_look()))"
    )
    root = Path(__file__).parents[2]
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=root,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(root), "PYTHONIOENCODING": "utf-8"},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


HOSTILE = (
    '"><script>alert(1)</script>',
    "a|b",
    "two\nlines",
    "back\\slash\\",
    "]]> &amp; #35; %% `x` **y**",
    "\ud800 lone, \x00 zero, \u202e turned",
    "日本語 🙂",
)


def hostile_drawing() -> Drawing:
    names = [f"n{i}" for i in range(len(HOSTILE))]
    return Drawing(
        nodes=tuple(
            Node(
                name=name,
                step_type=text,
                display_name=text,
                status=text,
                detail=text,
                link=f"#{text}",
            )
            for name, text in zip(names, HOSTILE, strict=True)
        ),
        edges=tuple(
            Edge(source=names[0], target=name, label=text)
            for name, text in zip(names[1:], HOSTILE[1:], strict=True)
        ),
        title=HOSTILE[0],
    )


def test_an_svg_of_hostile_names_is_well_formed_and_without_script() -> None:
    svg = drawing_to_svg(hostile_drawing())
    root = ET.fromstring(svg.encode())  # noqa: S314 (our own output)
    used = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert used == {"svg", "title", "style", "defs", "marker", "path", "rect", "g", "text", "a"}
    titles = ["".join(title.itertext()) for title in root.iter(f"{SVG}title")]
    assert any('"><script>alert(1)</script>' in title for title in titles)


def test_mermaid_and_dot_of_hostile_names_keep_one_line_for_each_node_and_edge() -> None:
    drawing = hostile_drawing()
    mermaid = drawing_to_mermaid(drawing).splitlines()
    assert len([line for line in mermaid if "(" in line]) == len(drawing.nodes)
    assert len([line for line in mermaid if "-->" in line]) == len(drawing.edges)
    for line in mermaid:
        assert line.count('"') in (0, 2)
        assert "<" not in line.replace("<br/>", "")
    dot = drawing_to_dot(drawing).splitlines()
    assert len(dot) == 5 + len(drawing.nodes) + len(drawing.edges)
    for line in dot:
        assert line.replace("\\\\", "").replace('\\"', "").count('"') % 2 == 0


def test_mermaid_ids_avoid_reserved_words_and_stay_apart() -> None:
    nodes = tuple(Node(name=name, step_type="Model") for name in ("end", "a-b", "a_b", "a--b"))
    lines = drawing_to_mermaid(Drawing(nodes=nodes)).splitlines()[1:5]
    assert [line.split("(")[0].strip() for line in lines] == [
        "step_end",
        "step_a_b",
        "step_a_b_2",
        "step_a__b",
    ]


def step(name: str, type_: str = "Training", **more: Any) -> dict[str, Any]:
    return {"Name": name, "Type": type_, "Arguments": {}, **more}


def edges_of(*steps: dict[str, Any]) -> list[tuple[str, str, str, str | None]]:
    drawing = drawing_of_definition({"Steps": list(steps)})
    return [(edge.source, edge.target, edge.kind, edge.caption) for edge in drawing.edges]


def get(path: str) -> dict[str, str]:
    return {"Get": path}


def test_references_and_depends_on_become_edges() -> None:
    edges = edges_of(
        step("a"),
        step("b", Arguments={"X": get("Steps.a.ModelArtifacts.S3ModelArtifacts")}),
        step("c", DependsOn=["a", {"Step": "b", "Trigger": "Failed"}]),
    )
    assert edges == [
        ("a", "b", "data", "model"),
        ("a", "c", "order", None),
        ("b", "c", "order", "when failed"),
    ]


def test_two_steps_share_one_edge_and_data_is_stronger_than_order() -> None:
    values = [
        get("Steps.a.ProcessingOutputConfig.Outputs['train'].S3Output.S3Uri"),
        get("Steps.a.ProcessingOutputConfig.Outputs['test'].S3Output.S3Uri"),
        get("Steps.a.ProcessingOutputConfig.Outputs['test'].S3Output.S3Uri"),
    ]
    edges = edges_of(step("a"), step("b", Arguments={"X": values}, DependsOn=["a"]))
    assert edges == [("a", "b", "data", "train, test")]


def test_a_condition_is_joined_with_the_first_steps_of_its_branches_only() -> None:
    gate = step(
        "gate",
        "Condition",
        Arguments={
            "Conditions": [{"LeftValue": get("Steps.a.TrainingJobName")}],
            "IfSteps": [step("b"), step("c", Arguments={"X": get("Steps.b.ModelName")})],
            "ElseSteps": [step("d", "Fail")],
        },
    )
    drawing = drawing_of_definition({"Steps": [step("a"), gate]})
    assert [(e.source, e.target, e.kind, e.caption) for e in drawing.edges] == [
        ("a", "gate", "data", "TrainingJobName"),
        ("b", "c", "data", "ModelName"),
        ("gate", "b", "branch", "then"),
        ("gate", "d", "branch", "else"),
    ]
    branches = {node.name: node.branch for node in drawing.nodes}
    assert branches["c"] == Branch(condition="gate", outcome="then")
    assert branches["gate"] is None


def test_a_loop_is_joined_with_its_body() -> None:
    loop = step("loop", "ForEach", Arguments={"ForEachBody": [step("one")]})
    assert edges_of(loop) == [("loop", "one", "branch", "each")]


@pytest.mark.parametrize(
    "definition",
    [
        {},
        {"Steps": None},
        {"Steps": ["x", {"Name": 3}, {"Name": "a"}]},
        {"Steps": [{"Name": "a", "Type": "Model", "Arguments": {"X": {"Get": "Steps.b.Y"}}}]},
        {"Steps": [{"Name": "a", "DependsOn": ["a", 3, {"Step": None}]}]},
    ],
)
def test_a_definition_that_is_not_as_it_should_be_is_drawn_without_that(definition: Any) -> None:
    drawing = drawing_of_definition(definition)
    assert drawing.edges == ()
    for write in FORMATS.values():
        assert write(drawing)


@pytest.mark.parametrize(
    ("names", "edge"), [(("a", "a"), None), (("a",), ("a", "b")), (("a",), ("a", "a"))]
)
def test_a_graph_that_cannot_be_drawn_is_refused(
    names: tuple[str, ...], edge: tuple[str, str] | None
) -> None:
    nodes = tuple(Node(name=name, step_type="Model") for name in names)
    edges = (Edge(source=edge[0], target=edge[1]),) if edge else ()
    with pytest.raises(ValueError, match=r"`[ab]`"):
        Drawing(nodes=nodes, edges=edges)
