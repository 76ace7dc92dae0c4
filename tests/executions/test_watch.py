"""An execution is followed until it ends, and what has failed is told with its place and log."""

import json
import time
from typing import Any

import pytest

from tests.aws.script import step
from tests.aws.stand_in import AwsStandIn
from tests.deploy.conftest import Shop
from tests.executions.conftest import ARN, Command

JOB = "arn:aws:sagemaker:us-east-1:123456789012"
TRAIN = f"{JOB}:training-job/pipelines-e1-train-x"
PACKAGE = f"{JOB}:model-package/churn/3"
LOG = (
    "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logsV2:log-groups/"
    "log-group/$252Faws$252Fsagemaker$252FTrainingJobs$3FlogStreamNameFilter$3D"
    "pipelines-e1-train-x$252F"
)
OTHER = {"SourcePipelineExecutionArn": f"{ARN}/execution/eold"}


def begun(aws: AwsStandIn, *polls: list[dict[str, Any]], **end: Any) -> str:
    aws.play_execution(polls, **end)
    started = aws.client("sagemaker").start_pipeline_execution(PipelineName="churn")
    aws.clear_calls()
    return str(started["PipelineExecutionArn"])


def failing(aws: AwsStandIn) -> str:
    train = step(
        "train", "Failed", FailureReason="AlgorithmError: no data\nexit 1", AttemptCount=2,
        Metadata={"TrainingJob": {"Arn": TRAIN}},
    )  # fmt: skip
    running = {**train, "StepStatus": "Executing", "AttemptCount": 1}
    del running["FailureReason"]
    return begun(
        aws,
        [step("prepare", "Executing")],
        [step("prepare"), running],
        [step("prepare"), train],
        status="Failed",
        failure="Step failure: One or multiple steps failed.",
    )


def test_steps_are_told_as_they_begin_and_end(
    deployed: Shop, aws: AwsStandIn, command: Command
) -> None:
    begun(
        aws,
        [step("prepare", "Starting")],
        [step("prepare", "Executing")],
        [step("prepare", CacheHitResult=OTHER), step("train", "Executing")],
        [
            step("prepare", CacheHitResult=OTHER),
            step("train", Metadata={"TrainingJob": {"Arn": TRAIN}}),
            step("good_enough", Metadata={"Condition": {"Outcome": "True"}}),
            step("register", Metadata={"RegisterModel": {"Arn": PACKAGE}}),
        ],
    )
    assert (
        command.ok("watch", deployed.spec)
        == f"""\
execution e00000000001
▸ prepare  started
✓ prepare  taken from the cache, of execution eold
▸ train    started
✓ train        succeeded in 1.0 s, training job pipelines-e1-train-x
✓ good_enough  succeeded in < 0.1 s, true, so `then` is taken
✓ register     succeeded in < 0.1 s, model package churn/3, {PACKAGE}
e00000000001: succeeded in < 0.1 s
"""
    )


ITEM = {"ParentStepName": "each", "Item": "de"}
TOKEN = {"CallbackToken": "abcdefghij", "SqsQueueUrl": "https://sqs/q"}
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:notify:7"
COUNTS = {"InputItemCount": 2, "TotalStepCount": 4, "SucceededStepCount": 3, "FailedStepCount": 1}


@pytest.mark.parametrize(
    ("told", "line"),
    [
        (step("s", "Executing", Metadata={"Callback": TOKEN}),
         "▸ s  callback token abcdefghij sent to https://sqs/q"),
        (step("s", IterationContext={**ITEM, "Index": 1}),
         "✓ s[1]  succeeded in < 0.1 s, for item 1 of each: de"),
        (step("s", "Failed", Metadata={"ForEach": COUNTS}),
         "✗ s  failed in < 0.1 s, 2 items, 3 of 4 steps succeeded, 1 failed"),
        (step("s", Metadata={"Condition": {"Outcome": "False"}}),
         "✓ s  succeeded in < 0.1 s, false, so `else` is taken"),
        (step("s", Metadata={"Lambda": {
            "Arn": FUNCTION, "OutputParameters": [{"Name": "a", "Value": "1"}]}}),
         "✓ s  succeeded in < 0.1 s, function notify/7, a = 1"),
        (step("s", Metadata={"EMR": {"LogFilePath": "s3://logs/x"}}),
         "✓ s  succeeded in < 0.1 s, its log is s3://logs/x"),
        (step("s", Metadata={"QualityCheck": {"CheckJobArn": f"{JOB}:processing-job/check-1",
                                              "ViolationReport": "s3://v"}}),
         "✓ s  succeeded in < 0.1 s, processing job check-1, violations in s3://v"),
        (step("s", Metadata={"Model": {"Arn": f"{JOB}:model/m"}}),
         "✓ s  succeeded in < 0.1 s, model m"),
        (step("s", Metadata={"Fail": {"ErrorMessage": "no"}}), "✓ s  succeeded in < 0.1 s"),
        (step("s", Metadata={"Athena": {"QueryExecutionId": "q"}}),
         "✓ s  succeeded in < 0.1 s, query q"),
        (step("s", SelectiveExecutionResult=OTHER), "✓ s  not run, taken from execution eold"),
        (step("s", "Stopped", AttemptCount=3), "■ s  stopped in < 0.1 s, attempt 3"),
        (step("s", Metadata={"EMR": {"LogFilePath": "a\x1b[31mb"}}),
         "✓ s  succeeded in < 0.1 s, its log is a\ufffd[31mb"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("deployed")
def test_what_aws_tells_of_a_step_is_said(
    aws: AwsStandIn, command: Command, told: dict[str, Any], line: str
) -> None:
    begun(aws, [told])
    printed = command.ok("watch", "churn").splitlines()
    assert printed[1] == line


def test_a_failure_is_told_with_its_reason_place_and_log(
    deployed: Shop, aws: AwsStandIn, command: Command
) -> None:
    arn = failing(aws)
    done = command("watch", deployed.spec)
    assert (done.exit_code, done.stderr) == (1, "")
    assert (
        done.stdout
        == f"""\
execution e00000000001
✓ prepare  succeeded in 1.0 s
▸ train    training job pipelines-e1-train-x
✗ train    failed in 1.0 s, attempt 2, training job pipelines-e1-train-x
           AlgorithmError: no data
           exit 1
           its log is {LOG}
  --> pipelines/churn.yaml:22:3
   |
22 |   train:
   |   ^^^^^
e00000000001: failed in < 0.1 s
  Step failure: One or multiple steps failed.
  go on with: pipec retry {arn}
"""
    )


def test_github_is_told_at_the_line_of_the_step(
    deployed: Shop, aws: AwsStandIn, command: Command
) -> None:
    failing(aws)
    done = command("watch", deployed.spec, "--format", "github")
    assert done.exit_code == 1
    assert (
        "::error file=pipelines/churn.yaml,line=22,col=3,endLine=22,endColumn=8,title=step train::"
        f"AlgorithmError: no data%0Aexit 1%0Aits log is {LOG}\n"
    ) in done.stdout
    assert "-->" not in done.stdout


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize("words", [["watch"], ["watch", "--format", "github"], ["status"]])
def test_no_reason_is_a_command_to_github(
    aws: AwsStandIn, command: Command, words: list[str]
) -> None:
    reason = "no\n::add-mask::a\n  ::error::b\nx ##[set-env name=a]b"
    arn = begun(
        aws, [step("train", "Failed", FailureReason=reason)], status="Failed",
        failure="::add-mask::a",
    )  # fmt: skip
    verb, *options = words
    lines = command(verb, arn, *options).stdout.splitlines()
    commands = [line for line in lines if line.strip().startswith("::")]
    assert all(line.startswith("::error title=step train::no%0A::add") for line in commands)
    assert len(commands) == ("github" in words)
    assert [line.strip() for line in lines].count("| ::add-mask::a") == 2
    assert "##[" not in "".join(line for line in lines if line not in commands)


@pytest.mark.usefixtures("deployed")
def test_without_a_spec_there_is_no_place(aws: AwsStandIn, command: Command) -> None:
    arn = failing(aws)
    done = command("watch", arn, "--format", "github")
    assert "::error title=step train::AlgorithmError: no data" in done.stdout
    assert "-->" not in command("watch", arn).stdout


def test_the_last_lines_of_the_log_are_told_if_asked_for(
    deployed: Shop, aws: AwsStandIn, command: Command
) -> None:
    logs, now = aws.client("logs"), int(time.time() * 1000) - 9_999
    group = "/aws/sagemaker/TrainingJobs"
    arn = failing(aws)
    assert "| " not in command("watch", arn, "--logs").stdout
    logs.create_log_group(logGroupName=group)
    for stream, start in (("pipelines-e1-train-x/algo-1", 0), ("pipelines-e1-train-x/algo-2", 1)):
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
        logs.put_log_events(
            logGroupName=group, logStreamName=stream, logEvents=[
                {"timestamp": now + 2 * each + start, "message": f"line {2 * each + start}"}
                for each in range(30)
            ],
        )  # fmt: skip
    printed = command("watch", deployed.spec, "--logs").stdout
    lines = [line.strip() for line in printed.splitlines() if line.strip().startswith("| line")]
    assert lines == [f"| line {number}" for number in range(40, 60)]
    aws.fail("denied", at="DescribeLogStreams")
    assert (
        "| its log can't be read: DescribeLogStreams: User"
        in command("watch", arn, "--logs").stdout
    )


def test_the_log_of_a_function_is_the_newest_of_its_streams(
    deployed: Shop, aws: AwsStandIn, command: Command
) -> None:
    logs, now = aws.client("logs"), int(time.time() * 1000) - 9_999
    group = "/aws/lambda/notify"
    logs.create_log_group(logGroupName=group)
    for number in range(9):
        # By their names the newest comes last.
        logs.create_log_stream(logGroupName=group, logStreamName=f"2026/01/0{number}/[7]x")
        event = {"timestamp": now + number, "message": f"call {number}"}
        logs.put_log_events(
            logGroupName=group, logStreamName=f"2026/01/0{number}/[7]x", logEvents=[event]
        )
    begun(
        aws, [step("s", "Failed", Metadata={"Lambda": {"Arn": FUNCTION}})], status="Failed"
    )  # fmt: skip
    printed = command("watch", deployed.spec, "--logs").stdout
    lines = [line.strip() for line in printed.splitlines() if line.strip().startswith("| call")]
    assert lines == [f"| call {number}" for number in range(5, 9)]


def test_machines_get_an_object_per_line(deployed: Shop, aws: AwsStandIn, command: Command) -> None:
    arn = failing(aws)
    done = command("watch", deployed.spec, "--format", "json")
    assert done.exit_code == 1
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(each["event"], each.get("step"), each["status"]) for each in events] == [
        ("step", "prepare", "Succeeded"),
        ("step", "train", "Executing"),
        ("execution", None, "Executing"),
        ("step", "train", "Failed"),
        ("execution", None, "Failed"),
    ]
    assert events[-1]["arn"] == arn
    failed = events[3]
    times = failed.pop("started"), failed.pop("ended")
    assert all(time.endswith("+00:00") for time in times)
    assert failed == {
        "event": "step",
        "step": "train",
        "status": "Failed",
        "attempts": 2,
        "reason": "AlgorithmError: no data\nexit 1",
        "metadata": {"TrainingJob": {"Arn": TRAIN}},
        "log": LOG,
        "file": "pipelines/churn.yaml",
        "line": 22,
    }


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize("status", ["Failed", "Stopped", "CompletedWithFailures"])
def test_an_execution_that_has_not_succeeded_ends_with_1(
    aws: AwsStandIn, command: Command, status: str
) -> None:
    arn = begun(aws, [], status=status)
    done = command("watch", arn)
    assert done.exit_code == 1
    assert ("pipec retry" in done.stdout) == (status != "CompletedWithFailures")


@pytest.mark.usefixtures("deployed")
def test_it_is_asked_often_at_first_and_when_something_has_changed(
    aws: AwsStandIn, command: Command
) -> None:
    running, trained = [step("a", "Executing")], [step("a"), step("b", "Executing")]
    arn = begun(aws, *[running] * 9, *[trained] * 2, [step("a"), step("b")])
    command.ok("watch", arn, "--interval", "10")
    assert command.slept == [2, 3, 4.5, 6.75, 10, 10, 10, 10, 2, 3]


@pytest.mark.usefixtures("deployed")
def test_more_steps_than_a_page_holds_are_told(aws: AwsStandIn, command: Command) -> None:
    aws.world.page_size = 7
    begun(aws, [step(f"s{number}") for number in range(30)])
    assert command.ok("watch", "churn").count("✓") == 30


@pytest.mark.usefixtures("deployed")
def test_the_time_to_watch_has_an_end(aws: AwsStandIn, command: Command) -> None:
    arn = begun(aws, *[[step("a", "Executing")]] * 99)
    done = command("watch", arn, "--timeout", "60")
    assert done.exit_code == 5
    assert done.stderr == (
        "pipec: the time to watch is over; the execution goes on\n"
        f"  watch it again: pipec watch {arn}\n  stop it: pipec stop {arn}\n"
    )
    assert sum(command.slept) == 60


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(("timeout", "slept"), [("4", [2, 2]), ("5", [2, 3]), ("0", [])])
def test_a_last_look_is_taken_when_the_time_is_over(
    aws: AwsStandIn, command: Command, timeout: str, slept: list[float]
) -> None:
    arn = begun(aws, *[[step("a", "Executing")]] * 99)
    assert command("watch", arn, "--timeout", timeout).exit_code == 5
    assert command.slept == slept
    assert [call.operation for call in aws.calls].count("ListPipelineExecutionSteps") == (
        len(slept) + 1
    )


@pytest.mark.usefixtures("deployed")
def test_an_execution_that_ends_in_the_last_moment_has_ended(
    aws: AwsStandIn, command: Command
) -> None:
    arn = begun(aws, *[[step("a", "Executing")]] * 2, [step("a")])
    assert command("watch", arn, "--timeout", "4").exit_code == 0


@pytest.mark.usefixtures("deployed")
def test_a_failure_of_aws_is_not_waited_for_beyond_the_end(
    aws: AwsStandIn, command: Command
) -> None:
    arn = begun(aws, *[[step("a", "Executing")]] * 99)
    aws.fail("error", at="ListPipelineExecutionSteps", times=3)
    done = command("watch", arn, "--timeout", "7")
    assert "; asking again in 7 s\n" in done.stdout
    assert (done.exit_code, command.slept) == (5, [7])


@pytest.mark.usefixtures("deployed")
def test_an_interrupt_ends_the_watching_and_not_the_execution(
    aws: AwsStandIn, command: Command
) -> None:
    arn = begun(aws, *[[step("a", "Executing")]] * 99)

    def interrupt() -> None:
        raise KeyboardInterrupt

    command.while_asleep = interrupt
    done = command("watch", arn)
    assert done.exit_code == 130
    assert done.stderr.startswith("pipec: no longer watching; the execution goes on\n")
    assert aws.writes == []


@pytest.mark.usefixtures("deployed")
def test_a_bad_minute_of_aws_is_waited_for(aws: AwsStandIn, command: Command) -> None:
    arn = begun(aws, *[[step("a", "Executing")]] * 3, [step("a")])
    aws.fail("error", at="ListPipelineExecutionSteps", times=6)
    done = command("watch", arn)
    assert done.exit_code == 0
    assert done.stdout.count("; asking again in 30 s") == 2
    assert command.slept[:2] == [30, 30]


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(("how", "waits"), [("throttle", 4), ("denied", 0)])
def test_a_failure_of_aws_for_good_ends_with_3(
    aws: AwsStandIn, command: Command, how: Any, waits: int
) -> None:
    arn = begun(aws, *[[step("a", "Executing")]] * 99)
    aws.fail(how, at="ListPipelineExecutionSteps", times=None)
    done = command("watch", arn)
    assert (done.exit_code, len(command.slept)) == (3, waits)
    assert done.stderr.startswith("pipec: ListPipelineExecutionSteps: ")


@pytest.mark.usefixtures("deployed")
def test_there_must_be_something_to_watch(command: Command) -> None:
    assert command.refused("watch", "churn") == (
        "pipec: `churn` has no execution yet: pipec start\n"
    )
    assert command.refused("watch", "other") == "pipec: there is no pipeline `other`\n"
    missing = f"{ARN}/execution/e9"
    assert command.refused("watch", missing) == f"pipec: there is no execution `{missing}`\n"
    command.ok("start", "churn")
    assert "already says which" in command.refused("watch", missing, "--execution", "e1", status=2)


def test_one_of_several_executions_is_watched(
    deployed: Shop, aws: AwsStandIn, command: Command
) -> None:
    first = begun(aws, [], status="Failed")
    begun(aws, [], status="Succeeded")
    assert command("watch", deployed.spec, "--execution", first).exit_code == 1
    assert command("watch", deployed.spec, "--execution", "e00000000001").exit_code == 1
    assert command("watch", deployed.spec).exit_code == 0
