"""What a test gives and expects is held against the definition, each mistake at its place."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.local.world import condition, equals
from tests.trial.bench import for_each, lambda_, processing, training, try_steps

STEPS = [
    processing("evaluate", "report", files={"metrics": "m.json"}),
    training("train", CacheConfig={"Enabled": True}),
    condition("decide", [equals(1, 1)], [training("after")]),
    for_each("each", ["a"], [training("fit")]),
    lambda_("call", {}, count="Integer", text="String"),
]
DECLARED: list[dict[str, Any]] = [
    {"Name": "n", "Type": "Integer"},
    {"Name": "kind", "Type": "String", "DefaultValue": "a", "EnumValues": ["a", "b"]},
]
EXPECT = "parameters: {n: 1}\nexpect: {status: succeeded}\n"


@pytest.mark.parametrize(
    ("test", "said"),
    [
        ("steps: {trian: {}}",
         "E721 1:10 the pipeline has no step `trian` (did you mean `train`?)"),
        ("steps: {fitt-0: {}}", ("E721 1:10 the pipeline has no step `fitt-0`"
                                " (did you mean `fit`?)")),
        ("steps: {train-0: {}}", ("E721 1:10 the pipeline has no step `train-0`"
                                 " (did you mean `train`?)")),
        ("steps: {train: {modle: s3://x}}", ("E201 1:18 unknown field `modle`"
                                            " (did you mean `model`?)")),
        ("steps: {evaluate: {model: s3://x}}",
         ("E724 1:21 the step `evaluate` has no output `model`"
                                               " (it has `job_name`, `job_arn`)")),
        ("steps: {evaluate: {outputs: {reprot: s3://x}}}",
         "E724 1:31 the step `evaluate` has no output `reprot` (did you mean `report`?)"),
        ("steps: {evaluate: {files: {metric: {}}}}",
         "E724 1:29 the step `evaluate` has no property file `metric` (did you mean `metrics`?)"),
        ("steps: {train: {files: {metrics: {}}}}",
         "E724 1:26 the step `train` has no property file `metrics` (it has none)"),
        ("steps: {call: {outputs: {count: x}}}",
         "E725 1:34 `count` is `x`, expected a value of type integer"),
        ("steps: {call: {outputs: {text: 1}}}",
         ("E725 1:33 `text` is a number, expected a value of type string"
         ' (put quotes around it: "1")')),
        ("steps: {train: {properties: {ModelArtifact: {}}}}",
         ("E724 1:31 `DescribeTrainingJobResponse` has no member `ModelArtifact`"
         " (did you mean `ModelArtifacts`?)")),
        ("steps: {train: {properties: {ModelArtifacts: {S3Model: x}}}}",
         ("E724 1:48 `ModelArtifacts` has no member `S3Model`"
         " (did you mean `S3ModelArtifacts`?)")),
        ("steps: {train: {properties: {BillableTimeInSeconds: 1.5}}}",
         "E725 1:54 `BillableTimeInSeconds` is a number, expected a value of type integer"),
        ("steps: {train: {properties: {ModelArtifacts: s3://x}}}",
         "E725 1:47 `ModelArtifacts` is `s3://x`, expected a value of type structure"),
        ("steps: {train: {properties: {Environment: {A: 1}}}}",
         'E725 1:48 `A` is a number, expected a value of type string (put quotes around it: "1")'),
        ("steps: {train: {properties: {FinalMetricDataList: {f1: {Value: x}}}}}",
         "E725 1:65 `Value` is `x`, expected a value of type float"),
        ("steps: {train: {properties: {FinalMetricDataList: [{Valeu: 1}]}}}",
         "E724 1:54 `MetricData` has no member `Valeu` (did you mean `Value`?)"),
        ("steps: {train: {properties: {'Tags[': 1}}}",
         "E724 1:31 `Tags[` is no path such as `ModelArtifacts.S3ModelArtifacts`"),
        ("steps: {train: {failure: no, cached: true}}",
         "E727 1:31 `failure` and `cached` both say how the step ends"),
        ("steps: {fit: {cached: true}}",
         "E727 1:16 the step `fit` is not cached: its result can't be from the cache"),
        ("steps: {decide: {failure: no}}",
         "E727 1:19 `decide` is a Condition step: what it does follows from the rest"),
        ("steps: {each: {stopped: true}}",
         ("E727 1:17 `each` is a ForEach step: what it does follows from the rest"
         " (give what the steps in its body do)")),
        ("steps: {evaluate: {files: {metrics: gone.json}}}",
         ("E726 1:38 can't read `gone.json`: no such file or directory"
         " (a text is the path of a JSON file, from the test's folder)")),
        ("steps: {evaluate: {files: {metrics: broken.json}}}",
         "E726 1:38 `broken.json` is not JSON: expecting value, line 1, column 1"),
        ("steps: {evaluate: {files: {metrics: ../m.json}}}",
         "E726 1:38 `../m.json` lies outside of the project"),
        ("execution: {pipeline_execution_id: A}",
         "E204 1:37 `pipeline_execution_id` is `A`, expected 12 lower-case letters and digits"),
    ],
)  # fmt: skip
def test_what_is_given_fits_the_definition(test: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("?")
    tried = try_steps(STEPS, f"{test}\n{EXPECT}", declared=DECLARED, folder=tmp_path)
    assert tried.found == [said]


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ("{}", "E723 0:0 the parameter `n` needs a value: it has no default"),
        ("{n: x}", "E723 1:18 the parameter `n`: `x` is not of type Integer"),
        ("{n: 1, knd: a}", "E722 1:21 the pipeline has no parameter `knd` (did you mean `kind`?)"),
        ("{n: 1, kind: c}", "E723 1:27 the parameter `kind`: `c` is not one of `a`, `b`"),
    ],
)
def test_parameters_are_those_that_are_declared(parameters: str, said: str) -> None:
    test = f"parameters: {parameters}\nexpect: {{status: succeeded}}"
    assert try_steps(STEPS, test, declared=DECLARED).found == [said]


@pytest.mark.parametrize(
    ("expect", "said"),
    [
        ("{}", "E205 2:2 `expect` has 0, expected at least 1 entry"),
        ("{runs: [trian]}", "E721 2:18 the pipeline has no step `trian` (did you mean `train`?)"),
        ("{runs_not: fit-x}", "E721 2:21 the pipeline has no step `fit-x` (did you mean `fit`?)"),
        ("{branches: {train: then}}", "E727 2:22 `train` is a Training step: it has no branches"),
        ("{branches: {decide: left}}",
         "E204 2:30 `decide` is `left`, expected one of `then`, `else`"),
        ("{steps: {trian: failed}}",
         "E721 2:19 the pipeline has no step `trian` (did you mean `train`?)"),
        ("{steps: {train: failled}}",
         ("E204 2:26 `train` is `failled`, expected one of `succeeded`, `failed`, `stopped`,"
         " `skipped`, `not_started` (did you mean `failed`?)")),
        ("{steps: {train: failed}}", "E732 2:26 `train` is `succeeded`, expected `failed`"),
        ("{steps: {fit-1: failed}}", "E731 2:19 `fit-1` did not run: there is no such iteration"),
        ("{runs_not: [fit]}", "E731 2:22 `fit-0` ran"),
        ("{status: stopped}",
         "E733 2:19 the execution's `status` is `succeeded`, expected `stopped`"),
        ("{failure: no}", "E733 2:20 the execution did not fail, expected `no`"),
    ],
)  # fmt: skip
def test_what_is_expected_is_held_against_what_was_evaluated(expect: str, said: str) -> None:
    test = f"parameters: {{n: 1}}\nexpect: {expect}"
    assert try_steps(STEPS, test, declared=DECLARED).found == [said]


def test_a_file_beside_the_test_is_read(tmp_path: Path) -> None:
    (tmp_path / "metrics.json").write_text('{"f1": 0.5}')
    test = f"steps: {{evaluate: {{files: {{metrics: metrics.json}}}}}}\n{EXPECT}"
    tried = try_steps(STEPS, test, declared=DECLARED, folder=tmp_path)
    assert tried.of("evaluate").files == {"metrics": {"f1": 0.5}}


WORDS = st.sampled_from(
    ["train", "fit-0", "each", "decide", "steps", "files", "metrics", "outputs", "properties",
     "arguments", "expect", "$exact", "$contains", "status", "failed", "runs", "n", "model", ""]
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 99) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(steps=VALUES, expect=VALUES)
def test_whatever_stands_in_a_test_is_reported_or_compared(steps: object, expect: object) -> None:
    test = f"parameters: {{n: 1}}\nsteps: {steps_text(steps)}\nexpect: {steps_text(expect)}"
    tried = try_steps(STEPS, test, declared=DECLARED)
    assert tried.found or tried.evaluation is not None


def steps_text(value: object) -> str:
    """Return a value as YAML on one line."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case list():
            return f"[{', '.join(steps_text(each) for each in value)}]"
        case dict():
            members = (f'"{name}": {steps_text(each)}' for name, each in value.items())
            return f"{{{', '.join(members)}}}"
        case str():
            return f'"{value}"'
        case _:
            return str(value)
