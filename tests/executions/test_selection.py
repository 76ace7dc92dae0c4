"""Which steps a selective execution runs, and where it has the results of the others from."""

from typing import Any

import pytest

from compiler.operate.refusal import NotDoneError
from compiler.operate.selection import select
from tests.aws.script import step
from tests.aws.stand_in import AwsStandIn
from tests.deploy.conftest import Shop
from tests.executions.conftest import ARN, Command, started


def node(name: str, *after: str, type_: str = "Training", **arguments: Any) -> dict[str, Any]:
    return {"Name": name, "Type": type_, "Arguments": arguments, "DependsOn": list(after)}


# prepare → train → evaluate → check → (register | fail); prepare → evaluate; lone.
GRAPH = {
    "Steps": [
        node("prepare"),
        node("train", "prepare"),
        node("evaluate", "train", "prepare"),
        node(
            "check", "evaluate", type_="Condition",
            IfSteps=[node("register", "train")], ElseSteps=[node("fail", type_="Fail")],
        ),
        node("each", "prepare", type_="ForEach", ForEachBody=[node("inner")]),
        node("join", "each"),
        node("lone"),
    ]
}  # fmt: skip


@pytest.mark.parametrize(
    ("words", "steps", "needs"),
    [
        ("prepare", "prepare", ""),
        ("train", "train", "prepare"),
        ("train+", "train evaluate check register fail", "prepare"),
        ("+train", "prepare train", ""),
        ("+evaluate", "prepare train evaluate", ""),
        ("+train+", "prepare train evaluate check register fail", ""),
        ("evaluate train", "train evaluate", "prepare"),
        ("check+", "check register fail", "evaluate train"),
        ("register", "register", "train check"),
        ("each+", "each join", "prepare"),
        ("join", "join", "each"),
        ("lone+", "lone", ""),
    ],
)
def test_a_selection_is_what_its_words_mean(words: str, steps: str, needs: str) -> None:
    selection = select(GRAPH, words.split())
    assert selection.steps == tuple(steps.split())
    assert set(selection.needs) == set(needs.split())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("trian", "the pipeline has no step `trian`: did you mean `train`?"),
        ("inner", "`inner` runs for each item of `each`: select `each`"),
        ("train check",
         ("the selection leaves out `evaluate`, between steps that are selected:"
         " `--select train --select evaluate --select check` would do")),
        ("prepare register",
         ("the selection leaves out `train`, `evaluate`, `check`, between steps that are selected:"
         " `--select prepare --select train --select evaluate --select check --select register`"
         " would do")),
        ("train each",
         ("the selected steps are not connected, `train` and `each`:"
         " `--select prepare --select train --select each` would do")),
        ("register fail",
         ("the selected steps are not connected, `register` and `fail`:"
         " `--select check --select register --select fail` would do")),
        ("train lone",
         "the selected steps are not connected, `train` and `lone`: no steps link them"),
    ],
)  # fmt: skip
def test_a_selection_that_sagemaker_would_not_take_is_refused(words: str, said: str) -> None:
    with pytest.raises(NotDoneError) as caught:
        select(GRAPH, words.split())
    assert str(caught.value) == said


def test_a_selection_that_is_advised_is_taken() -> None:
    for words in (["train", "each"], ["register", "fail"], ["train", "check"]):
        with pytest.raises(NotDoneError) as caught:
            select(GRAPH, words)
        advised = str(caught.value).rpartition(": `")[2].split("`")[0]
        select(GRAPH, [word for word in advised.split() if word != "--select"])


def test_at_most_fifty_steps_are_selected() -> None:
    chain = [node("s0"), *(node(f"s{index}", f"s{index - 1}") for index in range(1, 51))]
    assert len(select({"Steps": chain[:50]}, ["s0+"]).steps) == 50
    with pytest.raises(NotDoneError, match="takes 50 steps at most, not 51"):
        select({"Steps": chain}, ["s0+"])


def test_a_step_that_handles_a_failure_needs_one() -> None:
    handler = {**node("mend"), "DependsOn": [{"Step": "train", "Trigger": "Failed"}]}
    selection = select({"Steps": [node("train"), handler]}, ["mend"])
    assert selection.needs == {"train": frozenset({"Failed"})}


def test_steps_without_needs_have_no_source(
    deployed: Shop, aws: AwsStandIn, command: Command
) -> None:
    printed = command.ok("start", deployed.spec, "--select", "+train")
    assert "  only prepare, train\n" in printed
    chosen = [{"StepName": "prepare"}, {"StepName": "train"}]
    assert started(aws)["SelectiveExecutionConfig"] == {"SelectedSteps": chosen}


def run(aws: AwsStandIn, command: Command, status: str, *steps: dict[str, Any]) -> str:
    """Let an execution go to its end, and return its id."""
    aws.play_execution([list(steps)], status=status)
    identity = str(command.json("start", "churn")["id"])
    command("watch", "churn")
    return identity


def test_the_newest_execution_that_has_the_results_is_the_source(
    deployed: Shop, aws: AwsStandIn, command: Command
) -> None:
    good = run(aws, command, "Succeeded", step("prepare"), step("train"))
    run(aws, command, "Succeeded", step("train"))
    run(aws, command, "Failed", step("prepare"), step("train", "Failed"))
    aws.clear_calls()
    done = command("start", deployed.spec, "--select", "train+")
    assert done.exit_code == 0
    said = f"the results of prepare are those of execution {good} (Succeeded)\n"
    assert done.stderr == said
    assert started(aws)["SelectiveExecutionConfig"] == {
        "SourcePipelineExecutionArn": f"{ARN}/execution/{good}",
        "SelectedSteps": [
            {"StepName": name}
            for name in ("train", "evaluate", "good_enough", "register", "too_bad")
        ],
    }


def test_a_failed_execution_is_the_source_if_no_other_has_the_results(
    deployed: Shop, aws: AwsStandIn, command: Command
) -> None:
    failed = run(aws, command, "Failed", step("prepare"), step("train", "Failed"))
    run(aws, command, "Stopped", step("prepare"))
    record = command.json("start", deployed.spec, "--select", "train")
    assert record["selected"] == ["train"]
    assert record["source"] == f"{ARN}/execution/{failed}"
    said = command.refused("start", "churn", "--select", "evaluate")
    assert said == (
        "pipec: the selected steps need results of `train`, `prepare`, and no execution has them:"
        " select those steps too, with `+step`\n"
    )


def test_only_the_newest_executions_are_looked_at(
    deployed: Shop, aws: AwsStandIn, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("compiler.operate.source_execution.MOST", 2)
    run(aws, command, "Succeeded", step("prepare"))
    for _ in range(3):
        run(aws, command, "Failed", step("prepare", "Failed"))
    aws.world.page_size = 1
    aws.clear_calls()
    said = command.refused("start", deployed.spec, "--select", "train")
    assert "none of the newest 2 executions that have ended has them" in said
    assert [call.operation for call in aws.calls].count("ListPipelineExecutions") == 2


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{id}", "the source `{id}` has no result of `train`, which the selected steps need"),
        ("e99999999999", f"there is no execution `{ARN}/execution/e99999999999`"),
        (f"{ARN}2/execution/e1", "is an execution of another pipeline"),
        ("arn:aws:s3:::bucket", "is neither the id nor the ARN of an execution"),
    ],
)
def test_a_source_that_will_not_do_is_refused(
    deployed: Shop, aws: AwsStandIn, command: Command, source: str, said: str
) -> None:
    assert deployed.spec.is_file()
    identity = run(aws, command, "Failed", step("prepare"), step("train", "Failed"))
    source, said = source.format(id=identity), said.format(id=identity)
    assert said in command.refused("start", "churn", "--select", "evaluate", "--source", source)
    command.ok("start", "churn", "--select", "train", "--source", identity)


def test_a_source_that_still_runs_is_refused(deployed: Shop, command: Command) -> None:
    running = command.json("start", deployed.spec)["arn"]
    said = command.refused("start", deployed.spec, "--select", "train", "--source", running)
    assert f"the source `{running}` is Executing, it must be Succeeded or Failed" in said
