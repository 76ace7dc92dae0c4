"""A ForEach runs its body for each item, and gives what its selector picks."""

from typing import Any

import pytest

from tests.local.world import condition, equals, join, model_of
from tests.trial.bench import for_each, get, lambda_, training, try_steps

FIELD = get("IterationOutput.fit.FinalMetricDataList['f1'].Value")
BEST = {"Pick": "MaxBy", "Field": FIELD}


def fit(**environment: Any) -> dict[str, Any]:
    return training("fit", arguments={"Environment": environment})


def environments(steps: list[dict[str, Any]], **options: Any) -> list[Any]:
    tried = try_steps(steps, **options)
    assert tried.evaluation is not None, tried.found
    return [
        step.arguments["Environment"]
        for name, step in tried.evaluation.steps.items()
        if name.startswith("fit-")
    ]


def test_each_item_is_seen_by_the_steps_in_the_body() -> None:
    each = for_each("each", ["a", get("Parameters.p"), 3], [fit(ITEM=get("ForEach.CurrentItem"))])
    declared = [{"Name": "p", "Type": "String", "DefaultValue": "b"}]
    found = environments([each], declared=declared)
    assert found == [{"ITEM": "a"}, {"ITEM": "b"}, {"ITEM": 3}]


def test_items_may_be_the_json_text_of_a_list_and_their_parts_be_referred_to() -> None:
    body = fit(
        WHOLE=get("ForEach.CurrentItem"),
        NAME=get("ForEach.CurrentItem.name"),
        KEY=get("ForEach.CurrentItem['a b'][0]"),
    )
    item = '{"name": "x", "a b": [1]}'
    text = {"Name": "p", "Type": "String", "DefaultValue": f"[{item}]"}
    found = environments([for_each("each", get("Parameters.p"), [body])], declared=[text])
    assert found == [{"WHOLE": item, "NAME": "x", "KEY": 1}]
    quoted = for_each("each", [item], [body])
    assert environments([quoted]) == [{"WHOLE": item, "NAME": "x", "KEY": 1}]


def test_steps_in_the_body_see_each_other_in_their_own_iteration() -> None:
    score = lambda_("score", {"model": model_of("fit"), "base": model_of("base")}, f1="Float")
    steps = [training("base"), for_each("each", [1, 2], [score, fit()])]
    tried = try_steps(steps, "expect: {runs: [base, each, fit, score]}")
    assert tried.found == []
    assert [tried.of(f"score-{index}").arguments["model"] for index in (0, 1)] == [
        f"s3://lab/fit/pipelines-a1b2c3d4e5f6-fit-{index}-0000000000/output/model.tar.gz"
        for index in (0, 1)
    ]


@pytest.mark.parametrize(("pick", "best"), [("MaxBy", 1), ("MinBy", 0)])
def test_the_selector_picks_an_iteration(pick: str, best: int) -> None:
    each = for_each("each", ["a", "b", "c"], [fit()], {"Pick": pick, "Field": FIELD})
    after = training(
        "after",
        arguments={
            "Environment": {
                "MODEL": get("Steps.each.Selected.ModelArtifacts.S3ModelArtifacts"),
                "FIRST": get("Steps.each.IterationOutputs[0].fit.TrainingJobName"),
                "COUNT": join(get("Steps.each.SucceededStepCount")),
                "STATUS": get("Steps.each.Status"),
            }
        },
    )
    test = """
        steps:
          fit: {properties: {"FinalMetricDataList['f1'].Value": 0.5}}
          fit-0: {properties: {"FinalMetricDataList['f1'].Value": 0.1}}
          fit-1: {properties: {"FinalMetricDataList['f1'].Value": 0.9}, model: s3://b/1}
        expect:
          steps:
            each: {properties: {InputItemCount: 3, TotalStepCount: 3, FailedStepCount: 0}}
    """
    tried = try_steps([each, after], test)
    assert tried.found == []
    models = [
        "s3://lab/fit/pipelines-a1b2c3d4e5f6-fit-0-0000000000/output/model.tar.gz",
        "s3://b/1",
    ]
    assert tried.of("after").arguments["Environment"] == {
        "MODEL": models[best],
        "FIRST": "pipelines-a1b2c3d4e5f6-fit-0-0000000000",
        "COUNT": "3",
        "STATUS": "Succeeded",
    }


def test_a_failure_in_an_iteration_fails_the_whole_and_the_others_run() -> None:
    body = [fit(), lambda_("score", {"model": model_of("fit")}, f1="Float")]
    steps = [for_each("each", [1, 2], body), training("after", DependsOn=["each"])]
    test = """
        steps: {fit-0: {failure: no}}
        expect:
          failure: "step `each`: step `fit-0`: no"
          runs: [each, fit, score-1]
          steps:
            each: {status: failed, properties: {FailedStepCount: 1, SucceededStepCount: 2}}
            score-0: not_started
            after: not_started
    """
    assert try_steps(steps, test).found == []


def test_a_selector_passes_over_iterations_that_failed() -> None:
    handler = training("cleanup", DependsOn=[{"Step": "fit", "Trigger": "Failed"}])
    each = for_each("each", [1, 2], [fit(), handler], BEST)
    after = training("after", arguments={"x": get("Steps.each.Selected.TrainingJobName")})
    test = """
        steps:
          fit-0: {failure: no}
          fit: {properties: {"FinalMetricDataList['f1'].Value": 0.5}}
        expect: {steps: {after: {arguments: {x: {$contains: fit-1}}}, cleanup-0: succeeded}}
    """
    assert try_steps([each, after], test).found == []


@pytest.mark.parametrize(
    ("items", "reason"),
    [
        ("no list", "`IterableItems`: 'no list' is no JSON"),
        ('{"a": 1}', "`IterableItems`: a structure has no items, a list has"),
    ],
)
def test_items_that_are_no_list_fail_the_step(items: str, reason: str) -> None:
    declared = [{"Name": "p", "Type": "String", "DefaultValue": items}]
    tried = try_steps([for_each("each", get("Parameters.p"), [fit()])], declared=declared)
    assert tried.of("each").status == "Failed"
    assert tried.of("each").failure == reason


def test_an_item_without_the_part_fails_the_step_that_refers_to_it() -> None:
    each = for_each("each", ["x"], [fit(A=get("ForEach.CurrentItem.a"))])
    assert "is no JSON, it has no parts" in try_steps([each]).of("fit-0").failure


def test_a_selector_compares_only_what_is_given() -> None:
    (found,) = try_steps([for_each("each", [1], [fit()], BEST)]).found
    assert found == (
        "E728 0:0 the selector of `each` compares `fit.FinalMetricDataList['f1'].Value`, which the"
        " test does not give"
        " (give `properties: {\"FinalMetricDataList['f1'].Value\": …}` under `steps.fit`)"
    )


def test_nothing_is_decided_by_an_iteration_that_nobody_has_given() -> None:
    value = get("Steps.each.IterationOutputs[0].l.OutputParameters['ok']")
    steps = [
        for_each("each", [1], [lambda_("l", {}, ok="Boolean")]),
        condition("c", [equals(value, True)], []),
    ]
    (said,) = try_steps(steps).found
    assert said == (
        "E728 0:0 `c` decides by `each.IterationOutputs[0].l.OutputParameters['ok']`, which the"
        " test does not give (give `outputs: {ok: …}` under `steps.l`)"
    )
    test = "{steps: {l: {outputs: {ok: true}}}, expect: {branches: {c: then}}}"
    assert try_steps(steps, test).found == []
