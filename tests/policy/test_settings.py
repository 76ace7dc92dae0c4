"""Where a policy holds, who may ignore it, and what a malformed one says."""

from pathlib import Path

import pytest

from compiler.compile import validate_file
from compiler.diagnostics.render import as_text
from tests.specs import JOB_DEFAULTS, Workshop

SPEC = f"""\
storage: s3://bucket/prefix
parameters:
  machine: {{type: string, default: ml.m5.large}}
  sure: {{type: string, default: ml.m5.large, enum: [ml.m5.large, ml.m5.xlarge]}}
  place: {{type: string}}
targets:
  dev: {{default: true}}
  prod: {{}}
{JOB_DEFAULTS}\
steps:
  train: {{type: training, instance: "${{{{ parameters.machine }}}}"}}
  again:
    type: training
    instance: ${{{{ parameters.sure }}}}
    environment: {{X: "${{{{ parameters.place }}}}"}}
"""
STOP = "steps: {stop: {type: fail, message: x}}\n"
ONE = f"storage: s3://bucket/x\n{JOB_DEFAULTS}steps:\n  train: {{type: training}}"


def _found(spec: str, settings: str, root: Path) -> list[str]:
    workshop = Workshop(root)
    path = workshop.spec(spec)
    workshop.write("pipec.yaml", settings)
    compilation = validate_file(path, {})
    shown = as_text(compilation.diagnostics)
    assert "Traceback" not in shown
    return [
        f"{each.code.id} {each.span.source.name.rpartition('/')[2]}:{each.span.text}"
        for each in compilation.diagnostics
    ]


@pytest.mark.parametrize(
    ("scope", "steps"),
    [
        ("", ["train", "again"]),
        ("only: {steps: train}", ["train"]),
        ("only: {steps: [t*, other]}", ["train"]),
        ("only: {targets: prod}", ["train", "again"]),
        ("only: {targets: test}", []),
        ("only: {pipelines: y*}", []),
        ("only: {types: processing}", []),
        ("except: {steps: train}", ["again"]),
        ("except: {types: training}", []),
        ("except: {steps: train, targets: dev}", ["again", "train"]),
        ("except: {steps: train, types: processing}", ["train", "again"]),
        ("except: [{steps: train}, {steps: again}]", []),
        ("only: {types: train*}, except: {pipelines: x, steps: again}", ["train"]),
    ],
)
def test_a_policy_holds_where_it_says(scope: str, steps: list[str], tmp_path: Path) -> None:
    settings = f"policy: {{network: {{vpc: true, {scope}}}}}\n"
    found = _found(SPEC, settings, tmp_path)
    assert sorted(found) == sorted(f"E580 spec.yaml:{step}" for step in steps)


def test_several_of_a_kind_hold_beside_each_other(tmp_path: Path) -> None:
    settings = """\
policy:
  max_run:
    - {at_most: 100d, only: {steps: train, targets: test}}
    - {at_most: 1h, only: {steps: again}}
    - {at_most: 2h, only: {steps: again}}
  instances:
    - allow: ml.m5.large
      only: {steps: again}
    - {max_count: 1}
"""
    spec = SPEC.replace("    type: training", "    type: training\n    max_run: 90m")
    found = _found(spec, settings, tmp_path)
    assert found == ["E583 spec.yaml:ml.m5.xlarge", "E585 spec.yaml:90m"]


def test_what_a_run_may_choose_is_a_mistake_only_to_the_strict(tmp_path: Path) -> None:
    settings = "policy: {{instances: {{allow: ml.m5.*, strict: {}}}}}\n"
    assert _found(SPEC, settings.format("false"), tmp_path) == []
    found = _found(SPEC, settings.format("true"), tmp_path)
    assert found == ['E583 spec.yaml:"${{ parameters.machine }}"']


def test_a_policy_can_be_ignored_and_lowered(tmp_path: Path) -> None:
    settings = "policy: {network: {vpc: true}}\n"
    comment = "  # pipec: ignore[E580] nothing of value is in there\n"
    assert _found(ONE + comment, settings, tmp_path) == []
    assert _found(ONE, f"{settings}rules: {{network-policy: off}}\n", tmp_path) == []
    assert _found(ONE, settings, tmp_path) == ["E580 spec.yaml:train"]


def test_a_policy_that_is_enforced_can_not(tmp_path: Path) -> None:
    settings = "policy: {network: {vpc: true, enforced: true}}\n"
    comment = "  # pipec: ignore[E580] nothing of value is in there\n"
    found = _found(ONE + comment, settings, tmp_path)
    assert sorted(found) == ["E113 spec.yaml:E580", "E580 spec.yaml:train"]
    for level in ("off", "warning"):
        rules = f"rules: {{network-policy: {level}}}\n"
        found = _found(ONE, f"{settings}{rules}", tmp_path)
        assert sorted(found) == ["E113 pipec.yaml:network-policy", "E580 spec.yaml:train"]
    assert _found(ONE, f"{settings}rules: {{E580: error}}\n", tmp_path) == ["E580 spec.yaml:train"]


def test_one_that_is_switched_off_finds_nothing(tmp_path: Path) -> None:
    settings = "policy: {spot: false, secrets: false, network: {vpc: false}, tags: []}\n"
    assert _found(ONE, settings, tmp_path) == []


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("policy: {netwrok: {vpc: true}}", "E201 pipec.yaml:netwrok"),
        ("policy: {network: {vcp: true}}", "E201 pipec.yaml:vcp"),
        ("policy: {network: {vpc: yes please}}", "E203 pipec.yaml:yes please"),
        ("policy: {network: {vpc: true, only: {step: x}}}", "E201 pipec.yaml:step"),
        ("policy: {max_run: 1 day}", "E204 pipec.yaml:1 day"),
        ("policy: {max_run: {strict: true}}", "E202 pipec.yaml:max_run"),
        ("policy: {network: {except: {types: trainin}}}", "E207 pipec.yaml:trainin"),
        ("policy: {instances: {max_count: 0}}", "E205 pipec.yaml:0"),
        ("policy: {buckets: {allow: []}}", "E205 pipec.yaml:allow"),
        ("policy: true", "E203 pipec.yaml:true"),
    ],
)
def test_a_malformed_policy_is_a_mistake_of_the_settings(
    settings: str, expected: str, tmp_path: Path
) -> None:
    assert _found(STOP, settings, tmp_path) == [expected]


def test_an_expression_is_no_value_of_a_policy(tmp_path: Path) -> None:
    settings = 'policy: {images: {allow: "${{ vars.x }}"}}'
    found = _found(STOP, settings, tmp_path)
    assert found == ['E204 pipec.yaml:"${{ vars.x }}"']
