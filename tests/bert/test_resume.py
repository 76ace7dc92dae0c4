"""A training that was interrupted goes on to the very end that it would have reached."""

import importlib
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

batches: Any = importlib.import_module("batches")
loop: Any = importlib.import_module("loop")
settings_module: Any = importlib.import_module("settings")

SETTINGS = settings_module.Settings(
    epochs=3,
    max_steps=0,
    batch_size=4,
    learning_rate=1e-2,
    head_learning_rate=0.0,
    warmup_share=0.1,
    weight_decay=0.01,
    seed=1,
    keep_best=True,
    log_steps=5,
    checkpoint_steps=1000,
    precision="fp32",
)


class Net(nn.Module):
    """Dropout makes the result depend on the state of the random numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 8), nn.Dropout(0.3), nn.ReLU(), nn.Linear(8, 1))

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        result: torch.Tensor = self.body(values)
        return result


def loss(model: Any, batch: Any) -> Any:
    value = (model(batch["x"]).squeeze(-1) - batch["x"].sum(dim=-1)).square().mean()
    return value, {"train_loss": (value, torch.tensor(1))}


def run(
    folder: Path,
    *,
    before: Callable[[int], None] = lambda _: None,
    scores: tuple[float, ...] = (),
    settings: Any = SETTINGS,
    fingerprint: str = "one",
) -> dict[str, torch.Tensor]:
    """Train; `before` is called before each batch with its number."""
    examples = torch.randn(40, 3, generator=torch.Generator().manual_seed(5))
    seen = 0
    remaining = list(scores)

    def collate(chosen: list[int]) -> dict[str, torch.Tensor]:
        nonlocal seen
        before(seen)
        seen += 1
        return {"x": examples[chosen]}

    task = loop.Task(
        batches=lambda epoch: batches.batches_by_length([1] * 40, 4, batches.seeded(epoch)),
        collate=collate,
        loss=loss,
        after_epoch=lambda _: remaining.pop(0) if remaining else None,
        heads=("head.",),
        fingerprint=fingerprint,
    )
    torch.manual_seed(0)
    model = Net()
    loop.train(model, task, settings, folder)
    return model.state_dict()


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(one[name], other[name]) for name in one)


def stop_at(step: int) -> Callable[[int], None]:
    return lambda batch: signal.raise_signal(signal.SIGTERM) if batch == step else None


@pytest.mark.parametrize("step", [0, 4, 9, 13, 29])
def test_a_resumed_training_ends_with_the_same_weights(tmp_path: Path, step: int) -> None:
    expected = run(tmp_path / "whole")
    with pytest.raises(SystemExit) as stopped:
        run(tmp_path / "parts", before=stop_at(step))
    assert stopped.value.code == 143
    assert (tmp_path / "parts" / "checkpoint.pt").is_file()
    torch.rand(7)  # other random numbers drawn in between
    assert same(run(tmp_path / "parts"), expected)


def test_a_training_can_be_interrupted_again_and_again(tmp_path: Path) -> None:
    expected = run(tmp_path / "whole")
    for _ in range(3):
        with pytest.raises(SystemExit):
            run(tmp_path / "parts", before=stop_at(6))
    assert same(run(tmp_path / "parts"), expected)


def test_a_kill_loses_the_steps_since_the_last_checkpoint_only(tmp_path: Path) -> None:
    def kill(batch: int) -> None:
        if batch == 14:
            raise KeyboardInterrupt

    settings = replace(SETTINGS, checkpoint_steps=10)
    expected = run(tmp_path / "whole", settings=settings)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "parts", before=kill, settings=settings)
    done: list[int] = []
    assert same(run(tmp_path / "parts", before=done.append, settings=settings), expected)
    assert len(done) == 20


def test_a_finished_training_leaves_no_checkpoint(tmp_path: Path) -> None:
    run(tmp_path, settings=replace(SETTINGS, checkpoint_steps=1))
    assert list(tmp_path.iterdir()) == []


def test_a_checkpoint_of_other_settings_or_data_is_not_taken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = run(tmp_path / "whole")
    with pytest.raises(SystemExit):
        run(tmp_path / "parts", before=stop_at(6), fingerprint="other")
    assert same(run(tmp_path / "parts"), expected)
    assert "begin anew" in capsys.readouterr().out


def test_the_weights_of_the_best_epoch_are_kept(tmp_path: Path) -> None:
    best = run(tmp_path, scores=(0.5, 0.9, 0.7))
    # Of equal scores the first is kept.
    assert same(best, run(tmp_path, scores=(0.5, 0.9, 0.9)))
    assert same(run(tmp_path), run(tmp_path, scores=(0.5, 0.6, 0.7)))
    assert not same(best, run(tmp_path))


def test_the_last_weights_are_kept_if_wished(tmp_path: Path) -> None:
    settings = replace(SETTINGS, keep_best=False)
    assert same(run(tmp_path, scores=(0.9, 0.1, 0.2), settings=settings), run(tmp_path))


def test_the_best_epoch_is_remembered_through_an_interruption(tmp_path: Path) -> None:
    expected = run(tmp_path / "whole", scores=(0.9, 0.1, 0.2))
    with pytest.raises(SystemExit):
        run(tmp_path / "parts", before=stop_at(25), scores=(0.9, 0.1))
    assert same(run(tmp_path / "parts", scores=(0.2,)), expected)


def test_max_steps_ends_a_training_early(tmp_path: Path) -> None:
    done: list[int] = []
    run(tmp_path, before=done.append, settings=replace(SETTINGS, max_steps=7))
    assert len(done) == 7


def test_the_learning_rate_rises_then_falls_to_nearly_nothing() -> None:
    optimizer = torch.optim.SGD([{"params": [nn.Parameter(torch.zeros(1))], "highest": 2.0}], lr=0)
    rate = importlib.import_module("optimizer").set_learning_rate
    rates = [rate(optimizer, step, 100, 0.1) for step in range(100)]
    assert max(rates) == rates[9] == pytest.approx(2.0)
    assert rates[:10] == sorted(rates[:10])
    assert rates[9:] == sorted(rates[9:], reverse=True)
    assert 0 < rates[-1] < 0.03
