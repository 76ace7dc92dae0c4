"""A step's key is not given for disks that machines bring themselves, whatever the type of step."""

import json
from pathlib import Path

import pytest

from tests.specs import Workshop

HEAD = """\
storage: s3://bucket/x
defaults:
  image: 111122223333.dkr.ecr.eu-west-1.amazonaws.com/jobs:1
  role: arn:aws:iam::111122223333:role/r
steps:
"""
KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
OTHER = KEY.replace("1234abcd", "9999abcd")
MODEL = "s3://bucket/model.tar.gz"
STEPS = {
    "training": "{type: training",
    "processing": "{type: processing, entrypoint: [python3, x.py], outputs: [rows]",
    "transform": "{type: transform, model: m, input: s3://bucket/a/",
    "repack": f"{{type: repack, model: {MODEL}, code: {{path: src, entry: inference.py}}",
    "notebook": "{type: notebook, notebook: src/a.ipynb, kernel: python3",
    "tuning": (
        "{type: tuning, limits: {max_jobs: 2, max_parallel_jobs: 1},"
        " objective: {metric: loss, type: Minimize},"
        " metrics: {loss: 'loss=(.*)'}, ranges: {a: {type: integer, min: 1, max: 2}}"
    ),
}


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    workshop = Workshop(tmp_path)
    workshop.write("src/inference.py", "")
    workshop.write("src/a.ipynb", "{}")
    return workshop


def keys(workshop: Workshop, step: str, machine: str, more: str = "") -> dict[str, list[str]]:
    body = f"{HEAD}  s: {step}, instance: {{type: {machine}{more}}}, kms: '{KEY}'}}\n"
    compilation = workshop.compile(body)
    assert compilation.pipeline is not None, compilation.diagnostics
    found: dict[str, list[str]] = {}

    def look(value: object) -> None:
        if isinstance(value, dict):
            for name, member in value.items():
                if isinstance(member, str) and name.endswith("KmsKeyId"):
                    found.setdefault(name, []).append(member)
                look(member)
        elif isinstance(value, list):
            for item in value:
                look(item)

    look(json.loads(compilation.pipeline.definition_json))
    return found


@pytest.mark.parametrize("type_", STEPS)
def test_the_key_is_for_the_output_alone(workshop: Workshop, type_: str) -> None:
    assert keys(workshop, STEPS[type_], "ml.m5.large") == {
        "KmsKeyId": [KEY],
        "VolumeKmsKeyId": [KEY],
    }
    assert keys(workshop, STEPS[type_], "ml.g5.xlarge") == {"KmsKeyId": [KEY]}


def test_a_key_that_is_meant_for_the_disk_stays(workshop: Workshop) -> None:
    found = keys(workshop, STEPS["training"], "ml.g5.xlarge", f", kms: '{OTHER}'")
    assert found == {"KmsKeyId": [KEY], "VolumeKmsKeyId": [OTHER]}
