"""The page of a run is complete, bounded, and safe whatever the record and the logs say."""

import copy
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from compiler.report.page import page_of_run, render_page
from tests.report.page_reader import Page, read_page

HOSTILE = "</title></style></script></pre><script>alert(1)</script><img src=x onerror=alert(1)>\"'&"


def assert_sound(page: Page) -> None:
    """Fail unless the page is well formed, self-contained and free of scripts."""
    assert page.faults == []
    ids = page.values("id")
    assert len(set(ids)) == len(ids)
    targets = [value.removeprefix("#") for value in page.values("href")]
    assert set(targets) <= set(ids)
    assert all(value.startswith("#") for value in page.values("href"))
    labelled = [name for value in page.values("aria-labelledby") for name in value.split()]
    assert set(labelled) <= set(ids)
    forbidden = {
        "script",
        "img",
        "link",
        "iframe",
        "object",
        "embed",
        "base",
        "form",
        "foreignobject",
    }
    assert not forbidden & {tag for tag, _ in page.elements}
    for _, attributes in page.elements:
        assert not {"src", "srcset", "action"} & set(attributes)
        assert not any(name.startswith("on") for name in attributes)


def test_the_page_of_a_run_is_sound(record: Any, run_folder: Path, definition: Any) -> None:
    assert_sound(read_page(render_page(record, run_folder, definition)))


def test_the_page_names_no_address_of_the_network(record: Any, run_folder: Path) -> None:
    html = render_page(record, run_folder)
    assert set(re.findall(r"https?://[^\s\"'<]*", html)) == {"http://www.w3.org/2000/svg"}
    assert "@import" not in html
    assert all(url.startswith("#") for url in re.findall(r"url\(([^)]*)\)", html))


def test_the_page_says_what_is_expected(
    record: Any, run_folder: Path, definition: Any, matches_expected: Callable[[str, str], None]
) -> None:
    page = read_page(render_page(record, run_folder, definition))
    matches_expected("bert_reviews.page.txt", "\n".join(page.text) + "\n")


def test_the_same_record_gives_the_same_page(record: Any, run_folder: Path) -> None:
    again = json.loads(json.dumps(record))
    assert render_page(record, run_folder) == render_page(again, run_folder)


def test_a_run_folder_is_enough(
    record: Any, run_folder: Path, definition: Any, tmp_path: Path
) -> None:
    shutil.copytree(run_folder, tmp_path, dirs_exist_ok=True)
    assert page_of_run(tmp_path) == render_page(record, run_folder)
    (tmp_path / "definition.json").write_text(json.dumps(definition), encoding="utf-8")
    assert page_of_run(tmp_path) == render_page(record, run_folder, definition)


def test_a_click_on_a_node_leads_to_its_section(record: Any, run_folder: Path) -> None:
    page = read_page(render_page(record, run_folder))
    sections = {
        a["id"] for tag, a in page.elements if tag == "section" and a.get("class") == "step"
    }
    assert sections == {f"step-{step['name']}" for step in record["steps"]}
    assert sections <= {value.removeprefix("#") for value in page.values("href")}


def poisoned(value: Any) -> Any:
    """Replace every text in a record, keys included, except what gives it its shape."""
    if isinstance(value, dict):
        return {key: poisoned(child) for key, child in value.items()}
    if isinstance(value, list):
        return [poisoned(child) for child in value]
    return HOSTILE if isinstance(value, str) else value


def test_a_record_full_of_markup_is_shown_as_text(record: Any, tmp_path: Path) -> None:
    hostile = copy.deepcopy(record)
    for number, step in enumerate(hostile["steps"]):
        name, log = f"{HOSTILE}{number}", f"{number}.log"
        (tmp_path / log).write_text(f"start\n{HOSTILE}\n", encoding="utf-8")
        kept = {"started": step["started"], "ended": step["ended"], "outcome": step["outcome"]}
        hostile["steps"][number] = {**poisoned(step), **kept, "name": name, "log": log}
        hostile["steps"][number]["files"] = {
            HOSTILE: poisoned(step["files"].get("metrics")),
            "x": {HOSTILE: HOSTILE},
        }
        hostile["steps"][number]["depends_on"] = [f"{HOSTILE}{number - 1}"]
    for key in ("parameters", "environment"):
        hostile[key] = {HOSTILE: HOSTILE}
    for key in ("pipeline", "source", "target", "execution_id", "failure_reason", "status"):
        hostile[key] = HOSTILE
    page = read_page(render_page(hostile, tmp_path))
    assert_sound(page)
    assert "<script>alert(1)</script>" in "".join(page.text)


def test_a_log_with_markup_and_control_characters_stays_in_its_box(
    record: Any, tmp_path: Path
) -> None:
    record["steps"][0]["log"] = "x.log"
    (tmp_path / "x.log").write_bytes(b"a</pre></details><b>\x00\x1b[31mred\xff\r\nlast</script>\n")
    html = render_page(record, tmp_path)
    assert_sound(read_page(html))
    assert "\x00" not in html
    assert "last&lt;/script&gt;</pre>" in html


@pytest.mark.parametrize("log", ["../secret.log", "/etc/hostname", "folder", "missing.log", "\x00"])
def test_a_log_outside_the_run_or_missing_is_not_shown(
    record: Any, tmp_path: Path, log: str
) -> None:
    (tmp_path / "secret.log").write_text("secret-text", encoding="utf-8")
    run = tmp_path / "run"
    (run / "folder").mkdir(parents=True)
    for step in record["steps"]:
        step["log"] = log
    html = render_page(record, run)
    assert "secret-text" not in html
    assert "<summary>Log" not in html


def test_a_link_that_leads_out_of_the_run_is_not_followed(record: Any, tmp_path: Path) -> None:
    (tmp_path / "secret.log").write_text("secret-text", encoding="utf-8")
    run = tmp_path / "run"
    run.mkdir()
    (run / "a.log").symlink_to(tmp_path / "secret.log")
    record["steps"][0]["log"] = "a.log"
    assert "secret-text" not in render_page(record, run)


def test_a_huge_run_gives_a_page_of_bounded_size(record: Any, tmp_path: Path) -> None:
    step = record["steps"][1]
    (tmp_path / "big.log").write_text(
        "first\n" + "x" * 5_000_000 + "\n" + "line\n" * 400_000 + "end\n"
    )
    step["log"] = "big.log"
    step["arguments"] = {f"key{i}": "v" * 100 for i in range(20_000)}
    step["files"] = {"huge": [{"a": i} for i in range(50_000)]}
    values = [{"index": i, "value": 1 / (i + 1)} for i in range(50_000)]
    step["metrics"] = [{"name": f"m{n}", "values": values} for n in range(3)]
    html = render_page(record, tmp_path)
    assert_sound(read_page(html))
    assert "Log, last 200 lines" in html
    assert "line\nend</pre>" in html
    assert "50,000 values, drawn with 160" in html
    assert len(html) < 600_000


def test_two_thousand_steps_give_a_page(record: Any) -> None:
    template = record["steps"][0]
    record["steps"] = [
        {**template, "name": f"s{i}", "depends_on": [f"s{i // 2}"] if i else []}
        for i in range(2000)
    ]
    page = read_page(render_page(record))
    assert_sound(page)
    assert page.count("tr") >= 2000


@pytest.mark.parametrize(
    "change",
    [
        lambda record: record.clear(),
        lambda record: record.update(steps=None),
        lambda record: record.update(steps=[{}, {}, "x"]),
        lambda record: record.update(started="yesterday", ended="9999-12-31T23:59:59-23:59"),
        lambda record: record["steps"][0].update(metrics=[{"values": [{"value": float("nan")}]}]),
        lambda record: record["steps"][0].update(
            metrics=[{"name": "m", "values": [{"value": 1e308}, {"value": -1e308}]}]
        ),
        lambda record: record["steps"][0].update(
            metrics=[{"name": "m", "values": [{"value": 5e-324}, {"value": 0}]}]
        ),
        lambda record: record["steps"][0].update(
            metrics=[{"name": "m", "values": [{"value": 10**400}]}]
        ),
        lambda record: record["steps"][0].update(files={"a": None, "b": [], "c": "text", "d": 3}),
        lambda record: record["steps"][0].update(model_package={"version": [1]}),
        lambda record: record["steps"][0].update(depends_on=["evaluate", "nobody", "prepare"]),
        lambda record: record["steps"][0].update(status="Starting", attempts="many"),
        lambda record: record.update(status="Executing", ended=None),
    ],
)
def test_an_incomplete_or_odd_record_still_gives_a_sound_page(
    record: Any, change: Callable[[Any], None]
) -> None:
    change(record)
    assert_sound(read_page(render_page(record)))


def test_a_failed_step_shows_its_reason_and_its_log_open(record: Any, tmp_path: Path) -> None:
    step = record["steps"][1]
    (tmp_path / "p.log").write_text("Traceback\nValueError: no text\n", encoding="utf-8")
    step.update(status="Failed", failure_reason="exit status 1", log="p.log")
    html = render_page(record, tmp_path)
    assert "exit status 1" in html
    assert "<details open><summary>Log, 2 lines</summary><pre" in html


def test_what_was_not_taken_is_dashed_and_what_was_taken_is_not(record: Any) -> None:
    page = read_page(render_page(record))
    paths = [a.get("class") for tag, a in page.elements if tag == "path"]
    assert paths.count("edge branch") == 1
    assert paths.count("edge untaken") == 2
