"""The scripts of each task run one after the other: they learn, log, measure and serve."""

import importlib.util
import json
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import BertForPreTraining

from tests.bert import tiny
from tests.bert.jobs import QUICK, log_of, pack, start
from tests.bert.rendering import declaration, render

ENTITIES = ["THING", "VERDICT"]
PAIR = {"text": "the film is a joy", "second": "it is a bore"}
QUESTION = {"question": "what shines", "context": "the plot sinks. then her song shines"}


@dataclass(frozen=True, kw_only=True)
class Task:
    """A kind of fine-tuning: its templates, values and data, and a request to its model."""

    finetune: str
    evaluate: str
    score: str
    request: Any
    answered: str
    write: Callable[[Path, bool], None]
    values: dict[str, Any]
    measured: dict[str, Any]
    enough: float
    epochs: int
    beaten: tuple[str, ...]


def write_rows(measure: str) -> Callable[[Path, bool], None]:
    def write(folder: Path, tested: bool) -> None:
        rows = tiny.pairs()[::4] if tested else tiny.pairs()
        lines = "".join(f"{label}\t{text}\t{second}\n" for label, text, second in rows)
        text = f"{measure}\ttext\tsecond\n{lines}"
        (folder / "pairs.tsv").write_text(text, encoding="utf-8")

    return write


def write_tagged(folder: Path, tested: bool) -> None:
    blocks = tiny.tagged().split("\n\n")
    chosen = blocks[::4] if tested else [block for at, block in enumerate(blocks) if at % 4]
    (folder / "films.conll").write_text("\n\n".join(chosen), encoding="utf-8")


def write_squad(folder: Path, tested: bool) -> None:
    content = tiny.squad(200, 240) if tested else tiny.squad(0, 200)
    (folder / "films.json").write_text(json.dumps(content), encoding="utf-8")


TASKS = {
    "pairs": Task(
        finetune="bert/finetune",
        evaluate="bert/evaluate",
        score="accuracy",
        request=PAIR,
        answered="label",
        write=write_rows("label"),
        values={"max_length": 32, "labels": ["other", "same"]},
        measured={"labels": ["other", "same"]},
        epochs=20,
        enough=0.6,
        beaten=("majority_class",),
    ),
    "regression": Task(
        finetune="bert/finetune_regression",
        evaluate="bert/evaluate_regression",
        score="spearman",
        request=PAIR,
        answered="value",
        write=write_rows("score"),
        values={"max_length": 32},
        measured={},
        epochs=20,
        enough=0.5,
        beaten=("mean",),
    ),
    "tokens": Task(
        finetune="bert/finetune_tokens",
        evaluate="bert/evaluate_tokens",
        score="f1",
        request="the film is a joy",
        answered="entities",
        write=write_tagged,
        values={"max_length": 32, "entities": ENTITIES},
        measured={"entities": ENTITIES},
        epochs=6,
        enough=0.9,
        beaten=(),
    ),
    "answers": Task(
        finetune="bert/finetune_answers",
        evaluate="bert/evaluate_answers",
        score="f1",
        request=QUESTION,
        answered="text",
        write=write_squad,
        values={"max_length": 32, "stride": 8, "longest_answer": 4},
        measured={},
        epochs=8,
        enough=0.6,
        beaten=("nearest_sentence",),
    ),
}


@dataclass(frozen=True, kw_only=True)
class Run:
    """The jobs of one task: the folder of the training, its log, the evaluation."""

    task: Task
    entry: Path
    training: Path
    log: str
    evaluation: dict[str, Any]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base")
    tokenizer = tiny.make_tokenizer(tmp_path_factory.mktemp("words"))
    torch.manual_seed(0)
    BertForPreTraining(tiny.make_config(len(tokenizer))).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module", params=TASKS)
def run(
    request: pytest.FixtureRequest, base: Path, tmp_path_factory: pytest.TempPathFactory
) -> Run:
    task = TASKS[request.param]
    jobs = tmp_path_factory.mktemp(request.param)
    training, evaluating = jobs / "training", jobs / "evaluating"
    train, test = jobs / "train", jobs / "test"
    for folder in (train, test):
        folder.mkdir()
        task.write(folder, folder is test)

    entry = render(task.finetune, jobs / "finetune", **task.values)
    lay(training / "input" / "data", train=train, model=base)
    log = log_of(start(entry, training, *QUICK, f"--epochs={task.epochs}"))

    inputs = evaluating / "processing" / "input"
    lay(inputs, train=train, test=test)
    pack(training / "model", inputs / "model" / "model.tar.gz")
    evaluate = render(task.evaluate, jobs / "evaluate", **task.measured)
    log_of(start(evaluate, evaluating))
    report = evaluating / "processing" / "output" / "report" / "evaluation.json"
    evaluation = json.loads(report.read_text(encoding="utf-8"))
    return Run(task=task, entry=entry, training=training, log=log, evaluation=evaluation)


def lay(folder: Path, **inputs: Path) -> None:
    folder.mkdir(parents=True)
    for name, source in inputs.items():
        (folder / name).symlink_to(source)


def test_the_model_learns_what_the_data_tells(run: Run) -> None:
    assert run.evaluation[run.task.score]["value"] > run.task.enough
    assert all(run.evaluation["beats"][baseline] for baseline in run.task.beaten)


def test_every_declared_metric_is_read_from_the_log(run: Run) -> None:
    for name, pattern in declaration(run.task.finetune)["metrics"].items():
        values = [float(value) for value in re.findall(pattern, run.log)]
        assert values, name
        assert len(values) == len(re.findall(rf"(?<![a-z_]){name}=", run.log))
        assert all(f"{name}={value:.4f}" in run.log for value in values)


def test_the_evaluation_has_every_declared_path(run: Run) -> None:
    files = declaration(run.task.evaluate)["outputs"]["report"]["files"]
    for path in files["evaluation.json"]:
        value: Any = run.evaluation
        for part in path.split("."):
            value = value[part]
        assert value is not None


def test_the_archive_answers_requests_by_itself(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    code = run.training / "model" / "code"
    # Nothing but the archive's own modules is there in SageMaker's container.
    beside = {path.stem for path in code.iterdir()}
    for name in beside:
        monkeypatch.delitem(sys.modules, name, raising=False)
    elsewhere = [path for path in sys.path if "templates" not in path]
    monkeypatch.setattr(sys, "path", [str(code), *elsewhere])
    spec = importlib.util.spec_from_file_location("served", code / "inference.py")
    assert spec is not None
    assert spec.loader is not None
    served = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(served)

    loaded = served.model_fn(str(run.training / "model"))
    body = json.dumps({"inputs": [run.task.request, run.task.request]})
    predictions = served.predict_fn(served.input_fn(body, "application/json"), loaded)
    first, second = json.loads(served.output_fn(predictions, "application/json"))
    assert first == second
    assert first[run.task.answered] or run.task.answered == "value"
    for name in beside:
        monkeypatch.delitem(sys.modules, name, raising=False)
    with pytest.raises(ValueError, match="the request must be"):
        served.input_fn('{"inputs": [1]}', "application/json")


@pytest.mark.parametrize("run", ["tokens"], indirect=True)
def test_the_same_seed_gives_the_same_model(run: Run, tmp_path: Path) -> None:
    lay(tmp_path / "input" / "data", **{
        name: (run.training / "input" / "data" / name).resolve() for name in ("train", "model")
    })  # fmt: skip
    log = log_of(start(run.entry, tmp_path, *QUICK, f"--epochs={run.task.epochs}"))
    assert losses(log) == losses(run.log)
    weights = (tmp_path / "model" / "model.safetensors").read_bytes()
    assert weights == (run.training / "model" / "model.safetensors").read_bytes()


def losses(log: str) -> list[str]:
    return re.findall(r"train_loss=([0-9.]+)", log)


def test_sentences_are_split_without_a_leak(tmp_path: Path) -> None:
    entry = render("bert/prepare_tokens", tmp_path / "code", entities=ENTITIES)
    sentences = tmp_path / "processing" / "input" / "sentences"
    sentences.mkdir(parents=True)
    (sentences / "films.conll").write_text(tiny.tagged(), encoding="utf-8")
    shutil.copy(sentences / "films.conll", sentences / "again.conll")
    log = log_of(start(entry, tmp_path))
    assert log == ("test_sentences=36 test_entities=72\ntrain_sentences=204 train_entities=408\n")
    outputs = tmp_path / "processing" / "output"
    train, test = (
        set((outputs / name / f"{name}.conll").read_text(encoding="utf-8").split("\n\n"))
        for name in ("train", "test")
    )
    assert not train & test
