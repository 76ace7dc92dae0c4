"""Which steps would run again after a change, and why; and which wrongly would not."""

from pathlib import Path
from typing import Any

import pytest

from compiler.deploy.caching import StepCache, cache_impact
from compiler.deploy.words import reasons, stale_words
from tests.specs import Workshop

BODY = """\
storage: s3://bucket/x
parameters:
  epochs: {type: integer, default: 1}
defaults:
  image: example.com/image:1
  role: arn:aws:iam::111122223333:role/r
  instance: ml.m5.large
  cache: 30d
steps:
  prepare:
    type: processing
    entrypoint: [python3, prepare.py]
    inputs: {raw: s3://bucket/raw/}
    outputs: {rows: {}, fixed: s3://bucket/fixed/}
  train:
    type: training
    inputs: {rows: "${{ steps.prepare.outputs.rows }}"}
    hyperparameters: {epochs: "${{ parameters.epochs }}", depth: 4}
  report:
    type: processing
    entrypoint: [python3, report.py]
    inputs: {fixed: "${{ steps.prepare.outputs.fixed }}"}
  evaluate:
    type: processing
    entrypoint: [python3, evaluate.py]
    inputs: {model: "${{ steps.train.model }}"}
"""


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


def impact(workshop: Workshop, *changes: tuple[str, str]) -> dict[str, StepCache]:
    changed = BODY
    for old, new in changes:
        assert old in changed
        changed = changed.replace(old, new, 1)
    definitions = [workshop.pipeline(body).definition for body in (BODY, changed)]
    return {each.step: each for each in cache_impact(*definitions)}


def words(found: dict[str, StepCache]) -> list[str]:
    said = []
    for step, each in found.items():
        if each.fate != "hit":
            said.append(f"{step} {each.fate}: {'; '.join(reasons(each))}")
        if each.stale:
            said.append(stale_words(each))
    return said


def test_nothing_changed_is_all_taken_from_the_cache(workshop: Workshop) -> None:
    assert words(impact(workshop)) == []


def test_what_is_no_part_of_the_key_changes_nothing(workshop: Workshop) -> None:
    changes = (("ml.m5.large", "ml.m5.xlarge"), ("role/r", "role/other"), ("30d", "60d"))
    assert words(impact(workshop, *changes)) == []


def test_a_changed_input_is_the_cause_and_goes_on_downstream(workshop: Workshop) -> None:
    assert words(impact(workshop, ("depth: 4", "depth: 5"))) == [
        "train miss: HyperParameters.depth changes",
        (
            "evaluate miss: ProcessingInputs['model'].S3Input.S3Uri: uses a result of train,"
            " which runs again"
        ),
    ]


def test_the_default_of_a_parameter_is_a_cause(workshop: Workshop) -> None:
    assert words(impact(workshop, ("default: 1", "default: 2")))[0] == (
        "train miss: HyperParameters.epochs: the default of parameter epochs changes"
    )


def test_an_output_that_never_moves_hides_that_it_is_new(workshop: Workshop) -> None:
    assert words(impact(workshop, ("s3://bucket/raw/", "s3://bucket/other/"))) == [
        "prepare miss: ProcessingInputs['raw'].S3Input.S3Uri changes",
        (
            "train miss: InputDataConfig['rows'].DataSource.S3DataSource.S3Uri: uses a result of"
            " prepare, which runs again"
        ),
        (
            "report is taken from the cache although prepare runs again:"
            " the address of what it reads is always the same"
        ),
        (
            "evaluate miss: ProcessingInputs['model'].S3Input.S3Uri: uses a result of train,"
            " which runs again"
        ),
    ]


def test_where_outputs_go_is_no_part_of_the_key(workshop: Workshop) -> None:
    assert words(impact(workshop, ("s3://bucket/fixed/", "s3://bucket/moved/"))) == []


def test_an_output_that_is_made_anew_somewhere_else_is_a_cause(workshop: Workshop) -> None:
    changes = (("s3://bucket/fixed/", "s3://bucket/moved/"), ("/raw/", "/other/"))
    assert (
        "report miss: ProcessingInputs['fixed'].S3Input.S3Uri: uses a result of prepare,"
        " which runs again"
    ) in words(impact(workshop, *changes))


def test_a_default_that_moves_an_output_counts_as_moving_it(workshop: Workshop) -> None:
    place = "s3://bucket/${{ parameters.place }}/"
    body = BODY.replace("s3://bucket/fixed/", f'"{place}"').replace(
        "parameters:\n", "parameters:\n  place: {type: string, default: here}\n"
    )
    changed = body.replace("default: here", "default: there").replace("/raw/", "/other/")
    definitions = [workshop.pipeline(each).definition for each in (body, changed)]
    found = {each.step: each for each in cache_impact(*definitions)}
    assert found["report"].fate == "miss"
    assert found["report"].stale == ()


def test_a_new_step_runs(workshop: Workshop) -> None:
    assert words(impact(workshop, ("  report:", "  written:"))) == ["written miss: is new"]


def test_without_a_cache_a_step_and_what_uses_its_results_run_each_time(
    workshop: Workshop,
) -> None:
    change = ("  train:\n    type: training\n", "  train:\n    type: training\n    cache: false\n")
    assert words(impact(workshop, change)) == [
        "train miss: has no cache",
        "evaluate miss: uses a result of train, which runs each time",
    ]


def test_what_is_new_in_each_run_is_never_taken(workshop: Workshop) -> None:
    change = ("depth: 4", 'depth: "${{ execution.pipeline_execution_id }}"')
    assert words(impact(workshop, change))[0].startswith(
        "train miss: uses Execution.PipelineExecutionId, which is new in each run"
    )


def test_a_long_chain_is_followed_whatever_the_order() -> None:
    def definition(raw: str) -> dict[str, Any]:
        steps = [
            {
                "Name": f"s{number}",
                "Type": "Training",
                "CacheConfig": {"Enabled": True},
                "Arguments": {"HyperParameters": {"x": _before(number) if number else raw}},
            }
            for number in reversed(range(1200))
        ]
        return {"Version": "2020-12-01", "Steps": steps}

    found = cache_impact(definition("a"), definition("b"))
    assert [each.fate for each in found] == ["miss"] * 1200


def _before(number: int) -> dict[str, str]:
    return {"Get": f"Steps.s{number - 1}.ModelArtifacts.S3ModelArtifacts"}
