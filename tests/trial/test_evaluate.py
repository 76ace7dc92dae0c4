"""A graph is evaluated as SageMaker would: references, branches, run conditions, failures."""

from typing import Any

import pytest

from tests.local.world import condition, equals, fail, join, model_of
from tests.trial.bench import get, json_get, lambda_, processing, training, try_steps

OBJECTIVE = "BestTrainingJob.FinalHyperParameterTuningJobObjectiveMetric.Value"
FLAG = [{"Name": "flag", "Type": "Boolean", "DefaultValue": True}]
PARAMETERS = [
    {"Name": "epochs", "Type": "Integer", "DefaultValue": 1},
    {"Name": "rate", "Type": "Float", "DefaultValue": 0.5},
]


def after(step: str, when: str | None = None) -> dict[str, Any]:
    return {"DependsOn": [step if when is None else {"Step": step, "Trigger": when}]}


def test_references_are_resolved_with_what_is_given_and_with_stand_ins() -> None:
    steps = [
        training("a"),
        training(
            "b",
            arguments={
                "Environment": {
                    "GIVEN": model_of("a"),
                    "NAME": get("Steps.a.TrainingJobName"),
                    "SELF": get("Execution.TrainingJobName"),
                    "TEXT": join(get("Parameters.epochs"), "-", get("Parameters.rate"), "-", True),
                    "RUN": get("Execution.PipelineExecutionId"),
                    "TRIAL": get("PipelineExperimentConfig.TrialName"),
                    "SECONDS": join(get("Steps.a.BillableTimeInSeconds")),
                    "METRIC": join(get("Steps.a.FinalMetricDataList['f1'].Value")),
                    "STATUS": get("Steps.a.TrainingJobStatus"),
                    "IMAGE": get("Steps.a.AlgorithmSpecification.TrainingImage"),
                }
            },
        ),
    ]
    test = """
        parameters: {epochs: 3}
        execution: {pipeline_execution_id: abcabcabcabc}
        steps: {a: {model: s3://given/model.tar.gz}}
        expect: {status: succeeded}
    """
    tried = try_steps(steps, test, declared=PARAMETERS)
    assert tried.found == []
    assert tried.of("b").arguments["Environment"] == {
        "GIVEN": "s3://given/model.tar.gz",
        "NAME": "pipelines-abcabcabcabc-a-0000000000",
        "SELF": "pipelines-abcabcabcabc-b-0000000000",
        "TEXT": "3-0.5-true",
        "RUN": "abcabcabcabc",
        "TRIAL": "abcabcabcabc",
        "SECONDS": "1",
        "METRIC": "1.0",
        "STATUS": "Completed",
        "IMAGE": "image",
    }


def test_a_model_is_where_the_training_would_put_it() -> None:
    tried = try_steps([training("a"), training("b", arguments={"x": model_of("a")})])
    assert tried.of("b").arguments["x"] == (
        "s3://lab/a/pipelines-a1b2c3d4e5f6-a-0000000000/output/model.tar.gz"
    )


def test_an_output_that_is_given_replaces_the_one_that_the_step_asks_for() -> None:
    uri = get("Steps.p.ProcessingOutputConfig.Outputs['train'].S3Output.S3Uri")
    other = get("Steps.p.ProcessingOutputConfig.Outputs['test'].S3Output.S3Uri")
    steps = [processing("p", "train", "test"), training("t", arguments={"x": [uri, other]})]
    test = "{steps: {p: {outputs: {train: s3://given/}}}, expect: {status: succeeded}}"
    tried = try_steps(steps, test)
    assert tried.found == []
    assert tried.of("t").arguments["x"] == ["s3://given/", "s3://lab/p/test"]


def test_what_the_arguments_say_is_all_that_there_is() -> None:
    uri = get("Steps.p.ProcessingOutputConfig.Outputs['nope'].S3Output.S3Uri")
    tried = try_steps([processing("p", "train"), training("t", arguments={"x": uri})])
    assert tried.of("t").status == "Failed"
    assert "has no item `nope`; it has `train`" in tried.of("t").failure


@pytest.mark.parametrize(
    ("given", "branch", "status"), [("true", "then", "Failed"), ("false", "else", "Succeeded")]
)
def test_a_condition_takes_its_branch_and_the_other_is_skipped(
    given: str, branch: str, status: str
) -> None:
    steps = [
        condition("c", [equals(get("Parameters.flag"), True)], [fail("f")], [training("t")]),
        training("u", **after("t")),
    ]
    test = f"""
        parameters: {{flag: {given}}}
        expect:
          branches: {{c: {branch}}}
          steps:
            f: {"failed" if branch == "then" else "skipped"}
            t: {"skipped" if branch == "then" else "succeeded"}
            u: {"skipped" if branch == "then" else "succeeded"}
    """
    tried = try_steps(steps, test, declared=FLAG)
    assert tried.found == []
    assert tried.evaluation is not None
    assert tried.evaluation.status == status


def test_the_outcome_of_a_condition_is_a_text() -> None:
    steps = [
        condition("c", [equals(1, 1)], [training("t")]),
        training("u", arguments={"x": get("Steps.c.Outcome")}),
    ]
    assert try_steps(steps).of("u").arguments["x"] == "true"


def test_a_property_file_decides() -> None:
    rule = {
        "Type": "GreaterThanOrEqualTo",
        "LeftValue": json_get("e", "metrics", "scores[1].f1"),
        "RightValue": get("Parameters.rate"),
    }
    steps = [
        processing("e", "report", files={"metrics": "m.json"}),
        condition("c", [rule], [training("t")], [fail("f", join("f1 ", rule["LeftValue"]))]),
    ]
    test = """
        steps: {e: {files: {metrics: {scores: [{}, {f1: 0.4}]}}}}
        expect: {status: failed, failure: f1 0.4, branches: {c: else}}
    """
    tried = try_steps(steps, test, declared=PARAMETERS)
    assert tried.found == []
    (rule,) = tried.of("c").conditions
    assert rule.text == "metrics.scores[1].f1 0.4 >= parameters.rate 0.5"


def test_an_object_of_s3_is_read_where_it_is_given() -> None:
    value = {"Std:JsonGet": {"S3Uri": join("s3://b/", "k.json"), "Path": "a"}}
    test = "{s3: {'s3://b/k.json': {a: 7}}, expect: {steps: {t: {arguments: {x: 7}}}}}"
    tried = try_steps([training("t", arguments={"x": value})], test)
    assert tried.found == []


@pytest.mark.parametrize(
    ("ends", "when", "runs", "status"),
    [
        ("{}", None, True, "Succeeded"),
        ("{}", "Any", True, "Succeeded"),
        ("{}", "Failed", False, "Succeeded"),
        ("{failure: no}", None, False, "Failed"),
        ("{failure: no}", "Failed", True, "CompletedWithFailures"),
        ("{failure: no}", "Any", True, "CompletedWithFailures"),
        ("{failure: no}", "Stopped", False, "Failed"),
        ("{stopped: true}", None, False, "Stopped"),
        ("{stopped: true}", "Stopped", True, "CompletedWithFailures"),
        ("{stopped: true}", "Any", True, "CompletedWithFailures"),
    ],
)
def test_a_run_condition_says_after_which_end_a_step_runs(
    ends: str, when: str | None, runs: bool, status: str
) -> None:
    steps = [training("a"), training("b", **after("a", when))]
    tried = try_steps(steps, f"{{steps: {{a: {ends}}}, expect: {{runs_at_least: a}}}}")
    assert tried.found == []
    assert tried.of("b").has_run is runs
    assert tried.evaluation is not None
    assert tried.evaluation.status == status


def test_a_failure_lets_its_round_end_and_no_other_step_start() -> None:
    steps = [training("a"), training("b"), training("c", **after("b"))]
    test = """
        steps: {a: {failure: it broke}}
        expect: {status: failed, failure: "step `a`: it broke", runs: [a, b]}
    """
    tried = try_steps(steps, test)
    assert tried.found == []
    assert tried.statuses() == {"a": "Failed", "b": "Succeeded", "c": "NotStarted"}


def test_output_parameters_are_given_or_stand_ins_of_their_types() -> None:
    steps = [
        lambda_("l", {"x": 1}, text="String", number="Integer", share="Float", yes="Boolean"),
        training("t", arguments={name: get(f"Steps.l.OutputParameters['{name}']")
                                 for name in ("text", "number", "share", "yes")}),
    ]  # fmt: skip
    test = "{steps: {l: {outputs: {number: 5}}}, expect: {status: succeeded}}"
    arguments = try_steps(steps, test).of("t").arguments
    found = {name: arguments[name] for name in ("text", "number", "share", "yes")}
    assert found == {"text": "l-text", "number": 5, "share": 1.0, "yes": True}


def test_a_result_from_the_cache_is_told_apart() -> None:
    cached = training("a", CacheConfig={"Enabled": True})
    test = "{steps: {a: {cached: true}}, expect: {runs: [a], steps: {a: {cached: true}}}}"
    assert try_steps([cached], test).found == []


def test_members_beside_the_arguments_are_resolved_too() -> None:
    check = processing("q", "r", ModelPackageGroupName=get("Parameters.group"))
    declared = [{"Name": "group", "Type": "String", "DefaultValue": "g"}]
    test = "expect: {steps: {q: {members: {ModelPackageGroupName: g}}}}"
    assert try_steps([check | {"Type": "QualityCheck"}], test, declared=declared).found == []


def test_a_condition_that_cannot_be_compared_fails_as_it_does_when_it_runs() -> None:
    tried = try_steps([condition("c", [equals("1", 1)], [])])
    assert tried.of("c").status == "Failed"
    assert "a string cannot be compared with a number" in tried.of("c").failure


@pytest.mark.parametrize(
    ("steps", "found", "hint"),
    [
        (
            [processing("e", "r", files={"m": "m.json"}),
             condition("c", [equals(json_get("e", "m", "a"), 1)], [])],
            "`c` reads the property file `m` of `e`",
            "`files: {m: …}` under `steps.e`",
        ),
        (
            [lambda_("l", {}, ok="Boolean"),
             condition("c", [equals(get("Steps.l.OutputParameters['ok']"), True)], [])],
            "`c` decides by `l.OutputParameters['ok']`",
            "`outputs: {ok: …}` under `steps.l`",
        ),
        (
            [{"Name": "u", "Type": "Tuning", "Arguments": {}},
             condition("c", [equals(get(f"Steps.u.{OBJECTIVE}"), 1)], [])],
            f"`c` decides by `u.{OBJECTIVE}`",
            "`best_objective: …` under `steps.u`",
        ),
        (
            [training("t", arguments={"x": {"Std:JsonGet": {"S3Uri": "s3://b/k", "Path": "a"}}})],
            "`t` reads the object `s3://b/k` from S3",
            '`s3: {"s3://b/k": …}`',
        ),
    ],
)  # fmt: skip
def test_nothing_is_decided_by_a_value_that_nobody_has_given(
    steps: list[Any], found: str, hint: str
) -> None:
    said = f"E728 0:0 {found}, which the test does not give (give {hint})"
    assert try_steps(steps).found == [said]


def test_a_reason_is_told_to_its_last_number() -> None:
    limit = [{"Name": "the_least_that_we_ask_of_a_model", "Type": "Float", "DefaultValue": 0.125}]
    least = get("Parameters.the_least_that_we_ask_of_a_model")
    steps = [
        {"Name": "tuning_of_the_model", "Type": "Tuning", "Arguments": {}},
        condition("c", [equals(get(f"Steps.tuning_of_the_model.{OBJECTIVE}"), least)], []),
    ]
    test = "{steps: {tuning_of_the_model: {best_objective: 0.5}}, expect: {branches: {c: then}}}"
    (said,) = try_steps(steps, test, declared=limit).found
    assert "0.5 == parameters.the_least_that_we_ask_of_a_model 0.125 does not hold" in said


def test_a_property_file_that_was_not_written_fails_who_reads_it() -> None:
    steps = [
        processing("e", "r", files={"m": "m.json"}),
        condition("c", [equals(json_get("e", "m", "a"), 1)], []),
    ]
    tried = try_steps(steps, "{steps: {e: {files: {m: null}}}, expect: {status: failed}}")
    assert tried.found == []
    assert "step `e` wrote no JSON file for it" in tried.of("c").failure
