"""Loops: what is said of an item and of an iteration, where it may be said, and what it becomes."""

from typing import Any

import pytest

from tests.specs import Workshop

LOOP = "type: for_each, items: [1, 2], concurrency: 1"
ARN = "arn:aws:lambda:us-east-1:111122223333:function"
SCORE = (
    f"  score: {{type: lambda, function: '{ARN}:score', outputs: {{f1: float, note: string}}}}\n"
)
JOB = (
    "type: training, image: i, role: 'arn:aws:iam::111122223333:role/r', instance: ml.m5.large,"
    " output: 's3://b/p'"
)
ODD = "  odd: {type: condition, if: '${{ item == 1 }}', then: [end]}\n"
TRAIN = f"  train: {{{JOB}}}\n"


def loop(name: str = "sweep", steps: str = "train, score", more: str = "") -> str:
    return f"  {name}: {{{LOOP}, steps: [{steps}]{more}}}\n"


def call(name: str, what: str, more: str = "") -> str:
    """Return a lambda step that gets one value."""
    return (
        f"  {name}: {{type: lambda, function: '{ARN}:{name}', arguments: {{it: {what}}}{more}}}\n"
    )


def body(*steps: str) -> str:
    return "steps:\n" + "".join(steps)


def said(workshop: Workshop, *steps: str) -> list[str]:
    """Return the codes and messages, without their places."""
    found = workshop.messages(body(*steps))
    return [f"{each.split(' ')[0]} {each.split(' ', 2)[2]}" for each in found]


def passed(workshop: Workshop, what: str) -> Any:
    """Return what a step behind a loop gets."""
    select = ", select: {max_by: '${{ iteration.score.outputs.f1 }}'}"
    steps = (loop(more=select), TRAIN, SCORE, call("use", what))
    definition = workshop.definition(body(*steps))
    return definition["Steps"][-1]["Arguments"]["it"]


@pytest.mark.parametrize(
    ("written", "path"),
    [
        (
            "steps.sweep.iterations[0].train.model",
            "IterationOutputs[0].train.ModelArtifacts.S3ModelArtifacts",
        ),
        (
            "steps.sweep.iterations[7].score.outputs.f1",
            "IterationOutputs[7].score.OutputParameters['f1']",
        ),
        (
            "steps.sweep.iterations[1].train.properties.TrainingJobName",
            "IterationOutputs[1].train.TrainingJobName",
        ),
        (
            "steps.sweep.properties.IterationOutputs[0].train.ModelArtifacts.S3ModelArtifacts",
            "IterationOutputs[0].train.ModelArtifacts.S3ModelArtifacts",
        ),
        ("steps.sweep.selected.outputs.note", "Selected.OutputParameters['note']"),
        (
            'steps.sweep.properties.Selected.OutputParameters["note"]',
            "Selected.OutputParameters['note']",
        ),
        ("steps.sweep.status", "Status"),
        ("steps.sweep.properties.InputItemCount", "InputItemCount"),
    ],
)
def test_a_result_of_an_iteration_is_a_property_of_the_loop(
    written: str, path: str, workshop: Workshop
) -> None:
    assert passed(workshop, f"'${{{{ {written} }}}}'") == {"Get": f"Steps.sweep.{path}"}


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (
            "steps.sweep.iterations.train.model",
            "E306 write `iterations[0].<step>.…`, with a step of `train`, `score`",
        ),
        (
            "steps.sweep.iterations[0].use.model",
            "E306 `use` is no step of the body, which has `train`, `score`",
        ),
        ("steps.sweep.iterations[0].train.modle", "E306 the training step `train` has no `modle`"),
        ("steps.sweep.selected", "E306 `selected` alone is no value"),
        ("steps.sweep.selected.model", "E306 the lambda step `score` has no `model`"),
        ("steps.sweep.properties.Selected.Nope", "E306 `OutputParameters` has no member `Nope`"),
        (
            "steps.sweep.properties.IterationOutputs[0].train.Nope",
            "E306 `DescribeTrainingJobResponse` has no member `Nope`",
        ),
        ("steps.sweep.nope", "E306 the for_each step `sweep` has no `nope`"),
        ("steps.sweep.iterations[0].score.outputs.f2", "E302 `f2` is not an output of `score`"),
    ],
)
def test_what_an_iteration_does_not_have_is_reported(
    written: str, message: str, workshop: Workshop
) -> None:
    select = ", select: {max_by: '${{ iteration.score.outputs.f1 }}'}"
    use = call("use", f"'${{{{ {written} }}}}'")
    assert said(workshop, loop(more=select), TRAIN, SCORE, use) == [message]


@pytest.mark.parametrize(
    "written",
    [
        "steps.sweep.properties.IterationOutputs[0].score.OutputParameters['f2']",
        "steps.sweep.iterations[0].score.properties.OutputParameters['f2']",
        "steps.sweep.selected.properties.OutputParameters['f2']",
        "steps.sweep.properties.Selected.OutputParameters['f2']",
    ],
)
def test_a_name_in_the_results_of_an_iteration_is_one_that_is_declared(
    written: str, workshop: Workshop
) -> None:
    select = ", select: {max_by: '${{ iteration.score.outputs.f1 }}'}"
    use = call("use", f'"${{{{ {written} }}}}"')
    message = "E302 `f2` is not one of the `OutputParameters` of `score`"
    assert said(workshop, loop(more=select), TRAIN, SCORE, use) == [message]
    wrong = select.replace("outputs.f1", 'properties.OutputParameters["f2"]')
    assert said(workshop, loop(more=wrong), TRAIN, SCORE) == [message]


def test_without_a_selection_nothing_is_selected(workshop: Workshop) -> None:
    use = call("use", "'${{ steps.sweep.selected.outputs.f1 }}'")
    assert said(workshop, loop(), TRAIN, SCORE, use) == [
        "E306 without a `select` no iteration is selected"
    ]


@pytest.mark.parametrize(
    ("item", "path"),
    [
        ("item", "ForEach.CurrentItem"),
        ("item.a.b", "ForEach.CurrentItem.a.b"),
        ('item["a b"]', "ForEach.CurrentItem['a b']"),
        ("item.list[0]", "ForEach.CurrentItem.list[0]"),
    ],
)
def test_a_step_in_the_body_sees_its_item_in_fields_and_requests(
    item: str, path: str, workshop: Workshop
) -> None:
    score = call("score", f"'${{{{ {item} }}}}'")
    train = f"  train: {{{JOB}, request: {{Tags: [{{Key: k, Value: '${{{{ {item} }}}}'}}]}}}}\n"
    definition = workshop.definition(body(loop(), train, score))
    held = {each["Name"]: each for each in definition["Steps"][0]["Arguments"]["ForEachBody"]}
    assert held["score"]["Arguments"]["it"] == {"Get": path}
    assert held["train"]["Arguments"]["Tags"] == [{"Key": "k", "Value": {"Get": path}}]


def test_an_item_is_known_only_in_a_body(workshop: Workshop) -> None:
    outside = "E409 `item` is known only in the body of a for_each"
    use = call("use", "'${{ item.x }}'")
    assert said(workshop, loop(steps="score"), SCORE, use) == [outside]
    nested = call("use", "{a: ['x-${{ item }}']}")
    assert outside in said(workshop, loop(steps="score"), SCORE, nested)
    raw = call("use", "\"${{ get('ForEach.CurrentItem.x') }}\"")
    assert said(workshop, loop(steps="score"), SCORE, raw) == [outside]
    own = loop(steps="score").replace("[1, 2]", "'${{ item }}'")
    assert said(workshop, own, SCORE) == [outside]


def test_an_iteration_is_known_only_in_a_selection(workshop: Workshop) -> None:
    score = SCORE.replace("outputs", "arguments: {x: '${{ iteration.train.model }}'}, outputs")
    assert said(workshop, loop(), TRAIN, score) == [
        "E409 `iteration` is known only in the `select` of a for_each"
    ]


@pytest.mark.parametrize(
    ("select", "message"),
    [
        ("{max_by: 3.5}", "E203 `max_by` is the number 3.5, expected a string"),
        ("{max_by: f1}", "E409 a selection looks at a result of a step in the body"),
        (
            "{max_by: '${{ steps.first.outputs.f1 }}'}",
            "E409 a selection looks at a result of a step in the body",
        ),
        (
            "{max_by: '${{ iteration.first.outputs.f1 }}'}",
            "E409 `first` is not in the body of `sweep`",
        ),
        ("{max_by: '${{ iteration.nope.outputs.f1 }}'}", "E402 there is no step `nope`"),
        ("{max_by: '${{ iteration.score }}'}", "E306 the step `score` alone is no value"),
        (
            "{max_by: '${{ iteration.score.outputs.f1 }}', min_by: '${{ iteration.score.x }}'}",
            "E211 `max_by` and `min_by` both say which iteration is selected",
        ),
        ("{}", "E202 missing field `max_by` of `select`"),
    ],
)
def test_a_selection_names_a_result_of_the_body(
    select: str, message: str, workshop: Workshop
) -> None:
    first = f"  first: {{type: lambda, function: '{ARN}:first', outputs: {{f1: float}}}}\n"
    found = said(workshop, first, loop(steps="score", more=f", select: {select}"), SCORE)
    assert message in found


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ("[]", "E507 `items` has 0 items, expected at least 1 and at most 100"),
        (
            f"[{', '.join('x' * 101)}]",
            "E507 `items` has 101 items, expected at least 1 and at most 100",
        ),
        ("text", "E503 `items` takes a list, or a reference to a text that is a list in JSON"),
        ("{a: 1}", "E503 `items` takes a list, or a reference to a text that is a list in JSON"),
        ("[1, null]", "E503 an item is empty, expected a single value or a mapping"),
        ("[1, [2]]", "E503 an item is a list, expected a single value or a mapping"),
        (
            "'${{ steps.first.outputs.count }}'",
            "E303 `items` takes a text that is a list in JSON, this is of type integer",
        ),
    ],
)
def test_a_loop_goes_through_a_list(items: str, message: str, workshop: Workshop) -> None:
    first = f"  first: {{type: lambda, function: '{ARN}:first', outputs: {{count: integer}}}}\n"
    found = said(workshop, first, loop(steps="score").replace("[1, 2]", items), SCORE)
    assert found == [message]


def test_an_item_that_is_a_mapping_becomes_json_text(workshop: Workshop) -> None:
    items = "[{a: 1, 'b\"': [x, '${{ execution.pipeline_name }}/\"y\"'], c: null}, {d: é}]"
    definition = workshop.definition(body(loop(steps="score").replace("[1, 2]", items), SCORE))
    assert definition["Steps"][0]["Arguments"]["IterableItems"] == [
        {
            "Std:Join": {
                "On": "",
                "Values": [
                    '{"a": 1, "b\\"": ["x", "',
                    {"Get": "Execution.PipelineName"},
                    '/\\"y\\""], "c": null}',
                ],
            }
        },
        '{"d": "\\u00e9"}',
    ]


def test_a_result_in_a_body_is_used_outside_only_through_the_loop(workshop: Workshop) -> None:
    uses = call("use", "'${{ steps.score.outputs.f1 }}'")
    assert said(workshop, loop(), TRAIN, SCORE, uses) == [
        (
            "E405 `score` runs once for each item of `sweep`, so `use` outside of it can't use"
            " its results"
        )
    ]
    waits = call("use", "x", ", after: score")
    assert said(workshop, loop(), TRAIN, SCORE, waits) == [
        "E405 `score` runs once for each item of `sweep`, so `use` outside can't wait for it"
    ]
    other = loop("again", "weigh") + call("weigh", "'${{ steps.score.outputs.f1 }}'")
    assert said(workshop, loop(), TRAIN, SCORE, other) == [
        (
            "E405 `score` runs once for each item of `sweep`, so `weigh` outside of it can't use"
            " its results"
        )
    ]


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (
            ODD + "  end: {type: fail, message: m}\n",
            "condition",
        ),
        ("  odd: {type: fail, message: m}\n", "fail"),
        (
            "  odd: {type: for_each, items: [1], concurrency: 1, steps: [inner]}\n"
            + call("inner", "x"),
            "for_each",
        ),
    ],
)
def test_a_body_holds_no_steps_that_control_others(
    step: str, kind: str, workshop: Workshop
) -> None:
    assert said(workshop, loop(steps="score, odd"), SCORE, step) == [
        f"E407 `odd` is a {kind} step, which no body of a for_each can hold"
    ]


def test_a_loop_has_a_body(workshop: Workshop) -> None:
    assert said(workshop, loop(steps=""), SCORE)[0].startswith("E2")
    assert said(workshop, loop(steps="nope"), SCORE) == ["E402 there is no step `nope`"]


def test_a_step_is_in_one_body(workshop: Workshop) -> None:
    assert said(workshop, loop(steps="score"), loop("again", "score"), SCORE) == [
        "E403 `score` is in the body of `sweep` already"
    ]
    both = "  c: {type: condition, if: '${{ steps.sweep.failed_count > 0 }}', then: [score]}\n"
    assert said(workshop, loop(steps="score"), both, SCORE) == [
        "E403 `score` is in the body of `sweep` already"
    ]


def test_no_step_is_called_as_an_iteration_of_another(workshop: Workshop) -> None:
    assert said(workshop, loop(steps="score"), SCORE, call("score-12", "x")) == [
        "E408 `score-12` is what `score` is called when it runs for an item"
    ]
    assert (
        said(workshop, loop(steps="score"), SCORE, call("score-b", "x"), call("other-1", "x")) == []
    )


@pytest.mark.parametrize(
    "use",
    [
        call("weigh", "'${{ steps.sweep.status }}'"),
        call("weigh", "'${{ steps.late.outputs.n }}'"),
        call("weigh", "x", ", after: late"),
    ],
)
def test_a_body_waits_for_nothing_that_waits_for_its_loop(use: str, workshop: Workshop) -> None:
    late = call("late", "'${{ steps.sweep.item_count }}'", ", outputs: {n: string}")
    [message] = said(workshop, loop(steps="weigh"), use, late)
    assert message.startswith("E401")


def test_a_loop_comes_behind_what_its_body_needs(workshop: Workshop) -> None:
    first = f"  first: {{type: lambda, function: '{ARN}:first', outputs: {{n: string}}}}\n"
    pipeline = workshop.pipeline(
        body(loop(steps="weigh"), call("weigh", "'${{ steps.first.outputs.n }}'"), first)
    )
    assert pipeline.graph.order == ("first", "sweep", "weigh")
    assert [each["Name"] for each in pipeline.definition["Steps"]] == ["first", "sweep"]  # type: ignore[index, union-attr, call-overload]


SAME = "W404 `draw` writes to the same place for each item of `sweep`"


@pytest.mark.parametrize(
    ("uri", "found"),
    [
        ("s3://b/x", [SAME]),
        ("s3://b/${{ execution.pipeline_execution_id }}", [SAME]),
        ("s3://b/${{ steps.first.outputs.n }}", [SAME]),
        ("s3://b/${{ item }}", []),
        ("s3://b/${{ execution.processing_job_name }}", []),
        ("s3://b/${{ steps.score.outputs.note }}", []),
    ],
)
def test_iterations_that_write_to_one_place_are_warned_of(
    uri: str, found: list[str], workshop: Workshop
) -> None:
    job = JOB.replace("training", "processing").replace("output: 's3://b/p'", "entrypoint: [x]")
    draw = f"  draw: {{{job}, outputs: {{o: '{uri}'}}}}\n"
    first = f"  first: {{type: lambda, function: '{ARN}:first', outputs: {{n: string}}}}\n"
    assert said(workshop, first, loop(steps="draw, score"), draw, SCORE) == found
    once = loop(steps="draw, score").replace("[1, 2]", "[1]")
    assert said(workshop, first, once, draw, SCORE) == []
