"""The four generated scripts run one after the other, as their containers would run them."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.bert import tiny
from tests.bert.jobs import QUICK, log_of, pack, start
from tests.bert.rendering import declaration, render

SIZE = {"layers": 1, "hidden_size": 32, "attention_heads": 2}
VALUES: dict[str, dict[str, Any]] = {
    "bert/prepare_data": {"vocabulary_size": 200},
    "bert/pretrain": {"max_length": 32, "held_out_share": 0.1, **SIZE},
    "bert/finetune": {"max_length": 16},
    "bert/evaluate": {},
}


@dataclass(frozen=True, kw_only=True)
class Run:
    """The folders and the logs of the four jobs."""

    jobs: Path
    logs: dict[str, str]


@pytest.fixture(scope="module")
def entries(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("code")
    return {name: render(name, folder / name, **VALUES[name]) for name in VALUES}


@pytest.fixture(scope="module")
def run(entries: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Run:
    jobs = tmp_path_factory.mktemp("jobs")
    prepare, pretrain, finetune, evaluate = (jobs / name for name in VALUES)
    logs = {}
    tiny.write_inputs(prepare / "processing" / "input")
    logs["bert/prepare_data"] = log_of(start(entries["bert/prepare_data"], prepare))
    prepared = prepare / "processing" / "output"

    (pretrain / "input" / "data").mkdir(parents=True)
    (pretrain / "input" / "data" / "corpus").symlink_to(prepared / "corpus")
    logs["bert/pretrain"] = log_of(start(entries["bert/pretrain"], pretrain, *QUICK, "--epochs=5"))

    channels = finetune / "input" / "data"
    pack(pretrain / "model", channels / "model" / "model.tar.gz")
    (channels / "train").symlink_to(prepared / "train")
    logs["bert/finetune"] = log_of(start(entries["bert/finetune"], finetune, *QUICK, "--epochs=6"))

    inputs = evaluate / "processing" / "input"
    pack(finetune / "model", inputs / "model" / "model.tar.gz")
    (inputs / "train").symlink_to(prepared / "train")
    (inputs / "test").symlink_to(prepared / "test")
    logs["bert/evaluate"] = log_of(start(entries["bert/evaluate"], evaluate))
    return Run(jobs=jobs, logs=logs)


@pytest.mark.parametrize("template", ["bert/pretrain", "bert/finetune"])
def test_every_declared_metric_is_read_from_the_log(run: Run, template: str) -> None:
    for name, pattern in declaration(template)["metrics"].items():
        values = [float(value) for value in re.findall(pattern, run.logs[template])]
        assert values, name
        # No pattern may also read another metric's values.
        assert all(f"{name}={value:.4f}" in run.logs[template] for value in values)
        assert len(values) == len(re.findall(rf"(?<![a-z_]){name}=", run.logs[template]))


@pytest.mark.parametrize("template", ["bert/pretrain", "bert/finetune"])
def test_the_samples_of_the_log_are_what_is_logged(run: Run, template: str) -> None:
    lines = {_shape(line) for line in run.logs[template].splitlines()}
    declared = declaration(template)
    assert {_shape(line) for line in declared["logs"]} <= lines
    for name, pattern in declared["metrics"].items():
        assert any(re.search(pattern, line) for line in declared["logs"]), name


def _shape(line: str) -> str:
    return re.sub(r"[0-9]+", "0", line)


def test_the_model_learns_what_the_texts_tell(run: Run) -> None:
    evaluation = read_evaluation(run)
    assert evaluation["f1"]["value"] > 0.9
    assert evaluation["beats"]["majority_class"] is True


def test_the_evaluation_has_every_declared_path(run: Run) -> None:
    evaluation = read_evaluation(run)
    for path in declaration("bert/evaluate")["outputs"]["report"]["files"]["evaluation.json"]:
        value: Any = evaluation
        for part in path.split("."):
            value = value[part]
        assert value is not None


def test_the_confusion_matrix_gives_the_scores(run: Run) -> None:
    evaluation = read_evaluation(run)
    (tn, fp), (fn, tp) = evaluation["confusion_matrix"]["matrix"]
    assert evaluation["confusion_matrix"]["labels"] == ["negative", "positive"]
    assert tn + fp + fn + tp == evaluation["test_size"]
    assert evaluation["accuracy"]["value"] == pytest.approx((tn + tp) / evaluation["test_size"])
    assert evaluation["precision"]["value"] == pytest.approx(tp / (tp + fp))
    assert evaluation["recall"]["value"] == pytest.approx(tp / (tp + fn))
    assert evaluation["f1"]["value"] == pytest.approx(2 * tp / (2 * tp + fp + fn))


def read_evaluation(run: Run) -> dict[str, Any]:
    output = run.jobs / "bert/evaluate" / "processing" / "output"
    text = (output / "report" / "evaluation.json").read_text(encoding="utf-8")
    read: dict[str, Any] = json.loads(text)
    return read


def test_the_archive_carries_its_inference_code(run: Run) -> None:
    names = {path.name for path in (run.jobs / "bert/finetune" / "model").rglob("*")}
    assert {"config.json", "model.safetensors", "tokenizer.json", "code", "inference.py"} <= names


def test_pretraining_goes_on_from_a_packed_checkpoint(
    run: Run, entries: dict[str, Path], tmp_path: Path
) -> None:
    channels = tmp_path / "input" / "data"
    pack(run.jobs / "bert/pretrain" / "model", channels / "base" / "model.tar.gz")
    prepared = run.jobs / "bert/prepare_data" / "processing" / "output"
    (channels / "corpus").symlink_to(prepared / "corpus")
    log = log_of(start(entries["bert/pretrain"], tmp_path, *QUICK))
    assert "start=given weights" in log

    def losses(text: str) -> list[float]:
        return [float(value) for value in re.findall(r"mlm_loss=([0-9.]+)", text)]

    before = losses(run.logs["bert/pretrain"])
    assert before[-1] < before[0]
    # The heads came along: it begins about where the first one ended.
    assert losses(log)[0] < (before[0] + before[-1]) / 2


def test_a_failing_training_job_says_why_in_one_line(
    entries: dict[str, Path], tmp_path: Path
) -> None:
    done = start(entries["bert/finetune"], tmp_path)
    assert done.returncode == 1
    assert done.stderr == "error: the channel `train` is missing\n"
    failure = (tmp_path / "output" / "failure").read_text(encoding="utf-8")
    assert failure == "the channel `train` is missing\n"


def test_a_failing_processing_job_says_why_in_one_line(
    entries: dict[str, Path], tmp_path: Path
) -> None:
    reviews = tmp_path / "processing" / "input" / "reviews"
    reviews.mkdir(parents=True)
    (reviews / "reviews.tsv").write_text("label\ttext\n0\tfine\ngood\tfine\n", encoding="utf-8")
    done = start(entries["bert/prepare_data"], tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
    assert "line 3" in done.stderr
