"""What is particular to steps that call out, check, clean up, or are raw."""

import json
from typing import Any

import pytest

from tests.specs import Workshop

ARN = "arn:aws:lambda:us-east-1:111122223333:function"
ROLE = "'arn:aws:iam::111122223333:role/r'"
JOB = f"image: i, role: {ROLE}, instance: ml.m5.large"
OUTPUT = "output: 's3://b/o'"


def said(workshop: Workshop, *steps: str, head: str = "name: x\n") -> list[str]:
    """Return the codes and messages, without their places."""
    found = workshop.messages("steps:\n" + "".join(f"  {step}\n" for step in steps), head=head)
    return [f"{each.split(' ')[0]} {each.split(' ', 2)[2]}" for each in found]


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (
            "{type: lambda, function: notify}",
            "E204 `function` is `notify`, expected the ARN of a Lambda function",
        ),
        (
            f"{{type: lambda, function: '{ARN}:f', arguments: {{a: [1]}}}}",
            "E503 `a` is a list, a Lambda function gets single values",
        ),
        (
            f"{{type: lambda, function: '{ARN}:f', arguments: {{a: {{b: 1}}}}}}",
            "E503 `a` is a mapping, a Lambda function gets single values",
        ),
        (
            f"{{type: lambda, function: '{ARN}:f', outputs: {{a: number}}}}",
            "E204 `a` is `number`, expected one of `string`, `integer`, `boolean`, `float`",
        ),
        (
            f"{{type: lambda, function: '{ARN}:${{{{ execution.pipeline_name }}}}'}}",
            (
                "E304 `function` is needed when compiling, but `execution.pipeline_name` is known"
                " only when running"
            ),
        ),
        (
            "{type: raw, sagemaker_type: Training, request: {}}",
            "E211 `Training` is a type that pipec knows",
        ),
        (
            (
                f"{{type: quality_check, check: data_quality, dataset: 's3://b/d', {OUTPUT}, {JOB},"
                " format: {csv: {}}, problem_type: Regression}"
            ),
            "E211 `problem_type` goes only with `check: model_quality`",
        ),
        (
            (
                f"{{type: quality_check, check: model_quality, dataset: 's3://b/d', {OUTPUT},"
                f" {JOB}, format: {{csv: {{}}}}}}"
            ),
            "E202 a check of model quality needs the `problem_type`",
        ),
        (
            (
                f"{{type: clarify_check, check: data_bias, dataset: 's3://b/d', {OUTPUT}, {JOB},"
                " config_file: 's3://b/c.json', model_name: m}"
            ),
            "E211 `model_name` goes only with `model_bias` and `explainability`",
        ),
        (
            (
                f"{{type: clarify_check, check: explainability, dataset: 's3://b/d', {OUTPUT},"
                f" {JOB}, config_file: 's3://b/c.json'}}"
            ),
            "E202 a check of explainability needs the `model_name`",
        ),
        (
            "{type: cleanup, sources: [nope]}",
            "E402 there is no step `nope`",
        ),
    ],
)
def test_what_does_not_go_together_is_reported(step: str, message: str, workshop: Workshop) -> None:
    assert said(workshop, f"s: {step}") == [message]


def test_a_raw_step_names_the_type_to_write_instead(workshop: Workshop) -> None:
    body = "steps:\n  s: {type: raw, sagemaker_type: EMRServerless}\n"
    [found] = workshop.compile(body).diagnostics
    assert found.hint == "write `type: emr_serverless`, and its arguments in `request`"


def test_an_output_has_the_type_that_is_declared(workshop: Workshop) -> None:
    call = f"s: {{type: lambda, function: '{ARN}:f', outputs: {{n: integer, t: string}}}}"
    check = "c: {type: condition, if: '${{ steps.s.outputs.n > \"x\" }}', then: [f]}"
    fail = "f: {type: fail, message: m}"
    assert said(workshop, call, check, fail) == ["E303 `>` can't compare integer with string"]
    unknown = "f: {type: fail, message: '${{ steps.s.outputs.m }}'}"
    assert said(workshop, call, unknown) == ["E302 `m` is not an output of `s`"]


def test_a_cleanup_waits_for_its_sources(workshop: Workshop) -> None:
    train = f"a: {{type: training, {JOB}, {OUTPUT}}}"
    tidy = "t: {type: cleanup, after: [{step: b, when: any}], sources: [a, b]}"
    steps = (tidy, train, train.replace("a:", "b:", 1))
    pipeline = workshop.pipeline("steps:\n" + "".join(f"  {step}\n" for step in steps))
    definition: Any = pipeline.definition
    found = next(each for each in definition["Steps"] if each["Name"] == "t")
    assert found["DependsOn"] == [{"Step": "b", "Trigger": "Any"}, "a"]
    assert pipeline.graph.order == ("a", "b", "t")
    assert {(edge.upstream, edge.downstream) for edge in pipeline.graph.edges} == {
        ("a", "t"),
        ("b", "t"),
    }


def test_a_cycle_through_a_cleanup_is_found(workshop: Workshop) -> None:
    train = f"a: {{type: training, {JOB}, {OUTPUT}, after: t}}"
    [message] = said(workshop, train, "t: {type: cleanup, sources: [a]}")
    assert message.startswith("E401 the steps wait for each other")


CONFIG = "{dataset_type: text/csv, headers: [a, é], label: a}"


def _checked(config: str, more: str = "") -> str:
    return (
        f"steps:\n  s: {{type: clarify_check, check: data_bias, dataset: 's3://b/d', {JOB},"
        f" config: {config}{more}}}\n"
    )


def test_a_configuration_is_uploaded_below_the_hash_of_its_content(workshop: Workshop) -> None:
    head = "name: x\nstorage: s3://b/p\n"
    pipeline = workshop.pipeline(_checked(CONFIG), head=head)
    [(uri, content)] = pipeline.uploads().items()
    assert json.loads(content) == {"dataset_type": "text/csv", "headers": ["a", "é"], "label": "a"}
    definition: Any = pipeline.definition
    inputs = definition["Steps"][0]["Arguments"]["ProcessingInputs"]
    assert inputs[0]["S3Input"]["S3Uri"] == uri
    key = uri.removeprefix("s3://b/p/x/code/").removesuffix("/analysis_config.json")
    assert pipeline.manifest["artifacts"]["s"]["sha256"] == key  # type: ignore[index, call-overload]
    other = workshop.pipeline(_checked(CONFIG.replace("label: a", "label: é")), head=head)
    assert set(other.uploads()).isdisjoint({uri})


def test_a_configuration_takes_no_reference(workshop: Workshop) -> None:
    config = "{label: '${{ execution.pipeline_name }}'}"
    found = workshop.messages(_checked(config), head="name: x\nstorage: s3://b/p\n")
    assert [each.split(" ", 2)[2] for each in found] == [
        (
            "`analysis_config.json` is needed when compiling, but `execution.pipeline_name` is"
            " known only when running"
        )
    ]


def test_a_configuration_needs_a_place(workshop: Workshop) -> None:
    assert workshop.messages(_checked(CONFIG))[0].startswith("E320")
    both = _checked(CONFIG, f", config_file: 's3://b/c.json', {OUTPUT}")
    assert "E211" in workshop.messages(both)[0]


def _notebook(more: str) -> str:
    return (
        f"steps:\n  s: {{type: notebook, notebook: n/a.ipynb, kernel: python3, {JOB}, {OUTPUT}"
        f"{more}}}\n"
    )


def test_a_notebook_travels_with_what_it_needs(workshop: Workshop) -> None:
    for name in ("n/a.ipynb", "n/init.sh", "data/x/y.txt", "data/z.txt"):
        workshop.write(name, name)
    more = ", init_script: n/init.sh, dependencies: [data, n/../data/z.txt]"
    pipeline = workshop.pipeline(_notebook(more), head="name: x\nstorage: s3://b/p\n")
    prefix = f"s3://b/p/x/code/{pipeline.code.by_step['s'].artifact.sha256}/"
    assert pipeline.uploads() == {
        f"{prefix}a.ipynb": b"n/a.ipynb",
        f"{prefix}data/x/y.txt": b"data/x/y.txt",
        f"{prefix}data/z.txt": b"data/z.txt",
        f"{prefix}init.sh": b"n/init.sh",
        f"{prefix}z.txt": b"data/z.txt",
    }


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (", init_script: n/nope.sh", "E605 there is no file `n/nope.sh` in the project"),
        (", dependencies: [../x]", "E606 `../x` leads out of the project"),
        (", dependencies: [b/a.ipynb]", "E211 `a.ipynb` is packed twice"),
    ],
)
def test_a_file_that_a_notebook_can_not_have_is_reported(
    more: str, message: str, workshop: Workshop
) -> None:
    for name in ("n/a.ipynb", "b/a.ipynb"):
        workshop.write(name, name)
    found = workshop.messages(_notebook(more), head="name: x\nstorage: s3://b/p\n")
    assert [f"{each.split(' ')[0]} {each.split(' ', 2)[2]}" for each in found] == [message]
