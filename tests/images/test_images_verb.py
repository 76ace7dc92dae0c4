"""`pipec images` lists, explains and updates."""

import json
from pathlib import Path

from click.testing import CliRunner

from compiler.cli import pipec
from compiler.sagemaker.images import ImageRequest, resolve_image

REGISTRIES = {"us-east-1": "111122223333", "eu-west-1": "444455556666"}
MADE_UP = {
    "torch": {
        "training": {
            "processors": ["cpu", "gpu"],
            "version_aliases": {"1.0": "1.0.0"},
            "versions": {
                "1.0.0": {
                    "registries": REGISTRIES,
                    "repository": "torch-training",
                    "py_versions": ["py310", "py311"],
                },
                "2.0.0": {
                    "py2": {"registries": REGISTRIES, "repository": "old"},
                    "py3": {"registries": {"us-east-1": "1"}, "repository": "new"},
                },
            },
        }
    },
    "tool": {
        "scope": ["processing"],
        "versions": {"1": {"registries": REGISTRIES, "repository": "t"}},
    },
    "instance_gpu_info": {"us-east-1": {"ml.p3.2xlarge": {"Count": 1}}},
}


def test_frameworks_are_listed() -> None:
    code, printed = _run("images")
    assert code == 0
    assert "\nmodel-monitor                  monitoring\n" in printed
    assert _run("images list") == (code, printed)
    assert {"name": "vw", "scopes": ["training"]} in json.loads(_run("images --format json")[1])[
        "frameworks"
    ]


def test_versions_are_listed_with_all_that_can_be_asked_for() -> None:
    code, printed = _run("images list huggingface --scope training --format json")
    assert code == 0
    first = json.loads(printed)["versions"][0]
    assert (first["version"], first["aliases"]) == ("4.4.2", ["4.4"])
    assert first["base"] == ["pytorch1.6.0", "tensorflow2.4.1"]
    assert first["processors"] == ["gpu"]
    assert "us-east-1" in first["regions"]
    assert "4.4.2" in _run("images list huggingface")[1]


def test_an_image_is_explained_part_by_part() -> None:
    options = "pytorch --version 2.1 --scope training --region eu-west-1 --instance ml.g5.xlarge"
    code, printed = _run(f"images explain {options}")
    uri, _, *parts = printed.splitlines()
    assert code == 0
    request = ImageRequest(
        framework="pytorch",
        version="2.1",
        scope="training",
        region="eu-west-1",
        instance="ml.g5.xlarge",
    )
    assert uri == resolve_image(request)
    names = ["account", "host", "repository", "version", "processor", "python"]
    assert [line.split()[0] for line in parts[:6]] == names
    record = json.loads(_run(f"images explain {options} --format json")[1])
    assert record["uri"] == uri
    assert record["parts"][4] == {"name": "processor", "value": "gpu", "source": "`ml.g5.xlarge`"}


def test_a_refusal_is_an_error_in_both_forms() -> None:
    code, printed = _run("images explain pytorh")
    assert (code, printed.splitlines()[1]) == (1, " = help: did you mean `pytorch`?")
    code, printed = _run("images explain xgboost --version 1 --format json")
    assert code == 1
    assert json.loads(printed)["error"]["code"] == "E577"
    assert _run("images list pytorh")[0] == 1


def test_a_table_is_made_of_the_packages_in_a_folder(tmp_path: Path) -> None:
    packages = tmp_path / "lib" / "python3.11" / "site-packages"
    _install(packages, "2.99.0")
    written = tmp_path / "table.json"
    for folder in (tmp_path, packages):
        code, printed = _run(f"images update --from {folder} --output {written}")
        assert (code, printed) == (0, "table.json: 2 frameworks, version 2.99.0\n")
    content = json.loads(written.read_text("utf-8"))
    assert content["source"] == "sagemaker-core 2.99.0"
    assert list(content["frameworks"]) == ["tool", "torch"]
    assert content["registries"] == [dict(sorted(REGISTRIES.items())), {"us-east-1": "1"}]
    versions = content["frameworks"]["torch"]["training"]["versions"]
    assert versions["1.0.0"]["registries"] == 0
    assert versions["2.0.0"]["py3"] == {"registries": 1, "repository": "new"}


def test_a_folder_without_the_sdk_leaves_the_table_alone(tmp_path: Path) -> None:
    written = tmp_path / "table.json"
    code, printed = _run(f"images update --from {tmp_path} --output {written}")
    assert code == 3
    assert "sagemaker-core 2 or newer is not installed" in printed
    assert not written.exists()


def _install(packages: Path, version: str) -> None:
    data = packages / "sagemaker" / "core" / "image_uri_config"
    data.mkdir(parents=True)
    for name, content in MADE_UP.items():
        (data / f"{name}.json").write_text(json.dumps(content), "utf-8")
    information = packages / f"sagemaker_core-{version}.dist-info"
    information.mkdir()
    metadata = f"Metadata-Version: 2.1\nName: sagemaker-core\nVersion: {version}\n"
    (information / "METADATA").write_text(metadata, "utf-8")


def _run(command: str) -> tuple[int, str]:
    result = CliRunner().invoke(pipec, command.split())
    return result.exit_code, result.output
