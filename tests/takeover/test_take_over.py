"""What was changed in AWS is edited where its author would have edited it."""

from typing import Any

import pytest

from tests.takeover.conftest import Taker, step

Json = Any

HEAD = """\
kind: Pipeline
name: x
vars: {bucket: ml-dev, size: ml.m5.large}   # of the account
parameters:
  rate: {type: float, default: 0.5}
storage: s3://b/p
defaults:
  image: 111122223333.dkr.ecr.us-east-1.amazonaws.com/i:1
  role: arn:aws:iam::111122223333:role/ml
  instance: ml.m5.large
steps:
"""
PLAIN = (
    HEAD
    + """\
  # Reads the texts.
  fit:
    type: training
    instance: {type: "${{ vars.size }}", volume: 40}  # a small one
    max_run: 7200   # in seconds
    inputs:
      texts: s3://${{ vars.bucket }}/texts/\t# a tab
    hyperparameters:
      # How often.
      epochs: 3
      # How long: "ö".
      name: 'a: b'
    environment: {A: "1", B: x}
    output: s3://b/o/
  stop: {type: fail, message: never}
"""
)


def request(definition: Json, name: str = "fit") -> Json:
    return step(definition, name)["Arguments"]


def test_a_number_stays_a_number_and_seconds_stay_seconds(take: Taker) -> None:
    def change(definition: Json) -> None:
        request(definition)["StoppingCondition"]["MaxRuntimeInSeconds"] = 3600
        request(definition)["HyperParameters"]["epochs"] = "4"

    case = take(PLAIN, change)
    assert case.lines == [
        "-    max_run: 7200   # in seconds",
        "+    max_run: 3600   # in seconds",
        "-      epochs: 3",
        "+      epochs: 4",
    ]
    assert case.left == []


def test_quotes_stay_as_they_are(take: Taker) -> None:
    def change(definition: Json) -> None:
        request(definition)["HyperParameters"]["name"] = "it's: ö"
        request(definition)["Environment"]["A"] = "2"

    assert take(PLAIN, change).lines == [
        "-      name: 'a: b'",
        '-    environment: {A: "1", B: x}',
        "+      name: 'it''s: ö'",
        '+    environment: {A: "2", B: x}',
    ]


def test_only_what_differs_of_a_text_with_a_variable_is_replaced(take: Taker) -> None:
    def change(definition: Json) -> None:
        source = request(definition)["InputDataConfig"][0]["DataSource"]["S3DataSource"]
        source["S3Uri"] = "s3://ml-dev/words/"

    assert take(PLAIN, change).lines[1] == "+      texts: s3://${{ vars.bucket }}/words/\t# a tab"


def test_a_variable_that_nobody_else_uses_is_edited(take: Taker) -> None:
    def change(definition: Json) -> None:
        request(definition)["ResourceConfig"]["InstanceType"] = "ml.m5.xlarge"

    assert take(PLAIN, change).lines[1:] == [
        "+vars: {bucket: ml-dev, size: ml.m5.xlarge}   # of the account"
    ]


TWO = (
    HEAD
    + """\
  one:
    type: training
    instance: ${{ vars.size }}
    inputs: {t: "s3://b/t/"}
    output: s3://b/o/
  two:
    type: training
    instance: ${{ vars.size }}
    inputs: {t: "s3://b/t/"}
    output: s3://b/o/
"""
)


def set_instance(definition: Json, *names: str) -> None:
    for name in names:
        request(definition, name)["ResourceConfig"]["InstanceType"] = "ml.m5.xlarge"


def test_a_variable_that_others_use_is_replaced_at_its_use(take: Taker) -> None:
    case = take(TWO, lambda definition: set_instance(definition, "two"))
    assert case.lines == ["-    instance: ${{ vars.size }}", "+    instance: ml.m5.xlarge"]


def test_a_variable_is_edited_if_all_its_users_changed_alike(take: Taker) -> None:
    case = take(TWO, lambda definition: set_instance(definition, "one", "two"))
    assert case.lines[1] == "+vars: {bucket: ml-dev, size: ml.m5.xlarge}   # of the account"
    assert len(case.lines) == 2


def test_a_default_is_overridden_in_the_step_or_edited_if_all_changed(take: Taker) -> None:
    text = TWO.replace("    instance: ${{ vars.size }}\n", "").replace(", size: ml.m5.large", "")
    case = take(text, lambda definition: set_instance(definition, "two"))
    assert case.lines == ["+    instance: ml.m5.xlarge"]
    case = take(text, lambda definition: set_instance(definition, "one", "two"))
    assert case.lines == ["-  instance: ml.m5.large", "+  instance: ml.m5.xlarge"]


def test_a_key_goes_with_the_comment_above_it(take: Taker) -> None:
    case = take(PLAIN, lambda definition: request(definition)["HyperParameters"].pop("name"))
    assert case.lines == ['-      # How long: "ö".', "-      name: 'a: b'"]


def test_a_member_with_a_field_gets_the_field_and_one_without_the_request(take: Taker) -> None:
    def change(definition: Json) -> None:
        request(definition)["EnableNetworkIsolation"] = True
        request(definition)["ProfilerConfig"] = {"S3OutputPath": "s3://b/profile"}

    case = take(PLAIN, change)
    assert case.left == []
    assert "+    network_isolation: true" in case.lines
    assert not any(line.startswith("-") for line in case.lines)


def test_values_of_a_target_are_edited_there(take: Taker) -> None:
    text = TWO + "targets:\n  dev: {default: true}\n  prod:\n    steps: {two: {max_run: 2h}}\n"

    def change(definition: Json) -> None:
        request(definition, "two")["StoppingCondition"]["MaxRuntimeInSeconds"] = 3600

    case = take(text, change, target="prod")
    assert case.lines[1:] == ["+    steps: {two: {max_run: 1h}}"]
    assert case.edited.notes == ()


def test_other_targets_that_change_too_are_told(take: Taker) -> None:
    text = TWO + "targets:\n  dev: {default: true}\n  prod: {}\n"
    case = take(text, lambda definition: set_instance(definition, "two"))
    assert case.edited.notes == ("target `prod` is changed by this too",)


ANCHORED = (
    HEAD
    + """\
  one:
    type: training
    instance: &big {type: ml.m5.4xlarge, volume: 50}
    inputs: {t: "s3://b/t/"}
    output: s3://b/o/
  two:
    type: training
    instance: *big
    inputs: {t: "s3://b/t/"}
    output: s3://b/o/
"""
)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("two",), ["-    instance: *big", "+    instance: {type: ml.m5.xlarge, volume: 50}"]),
        (
            ("one",),
            [
                "-    instance: &big {type: ml.m5.4xlarge, volume: 50}",
                "+    instance: {type: ml.m5.xlarge, volume: 50}",
                "-    instance: *big",
                "+    instance: &big {type: ml.m5.4xlarge, volume: 50}",
            ],
        ),
        (
            ("one", "two"),
            [
                "-    instance: &big {type: ml.m5.4xlarge, volume: 50}",
                "+    instance: &big {type: ml.m5.xlarge, volume: 50}",
            ],
        ),
    ],
)
def test_an_anchor_keeps_its_value_for_those_who_have_not_changed(
    take: Taker, names: tuple[str, ...], expected: list[str]
) -> None:
    text = ANCHORED.replace(", size: ml.m5.large", "")
    case = take(text, lambda definition: set_instance(definition, *names))
    assert case.lines == expected


def test_a_member_that_a_merge_gives_is_set_in_the_step(take: Taker) -> None:
    text = ANCHORED.replace("instance: *big", "instance: {<<: *big, count: 2}")
    case = take(text, lambda definition: set_instance(definition, "two"))
    assert case.lines[1:] == ["+    instance: {<<: *big, count: 2, type: ml.m5.xlarge}"]


BRANCHES = (
    HEAD
    + """\
  check:
    type: condition
    if: >-
      ${{ parameters.rate > 0.5
          and parameters.rate < 0.9 }}
    then: [good]   # all is well
    else:
      - bad

  good: {type: fail, message: good}

  # It went wrong.
  bad:
    type: fail
    message: |
      bad,
      very bad
"""
)


def test_a_condition_over_several_lines_is_edited_within(take: Taker) -> None:
    def change(definition: Json) -> None:
        request(definition, "check")["Conditions"][1]["RightValue"] = 0.8

    assert take(BRANCHES, change).lines == [
        "-          and parameters.rate < 0.9 }}",
        "+          and parameters.rate < 0.8 }}",
    ]


def test_a_text_over_several_lines_is_edited_within(take: Taker) -> None:
    def change(definition: Json) -> None:
        request(definition, "bad")["ErrorMessage"] = "bad,\nvery very bad\n"

    assert take(BRANCHES, change).lines == ["-      very bad", "+      very very bad"]


def test_a_step_is_added_where_it_is_held(take: Taker) -> None:
    def change(definition: Json) -> None:
        new = {"Name": "worse", "Type": "Fail", "Arguments": {"ErrorMessage": "worse: é"}}
        request(definition, "check")["ElseSteps"].append(new)

    case = take(BRANCHES, change)
    assert case.lines == [
        "+      - worse",
        "+  worse:",
        "+    type: fail",
        '+    message: "worse: é"',
        "+",
    ]


def test_a_step_goes_from_the_list_that_held_it_too(take: Taker) -> None:
    def change(definition: Json) -> None:
        request(definition, "check")["ElseSteps"].clear()

    case = take(BRANCHES, change)
    assert case.left == []
    assert "-  # It went wrong." in case.lines
    assert not any(line.startswith("+") for line in case.lines)


def test_a_step_moves_between_branches(take: Taker) -> None:
    def change(definition: Json) -> None:
        arguments = request(definition, "check")
        arguments["IfSteps"].append(arguments["ElseSteps"].pop())

    assert take(BRANCHES, change).lines == [
        "-    then: [good]   # all is well",
        "-    else:",
        "-      - bad",
        "+    then: [good, bad]   # all is well",
    ]


def test_a_step_that_was_renamed_keeps_all_else(take: Taker) -> None:
    def change(definition: Json) -> None:
        step(definition, "bad")["Name"] = "worst"

    assert take(BRANCHES, change).lines == [
        "-      - bad",
        "+      - worst",
        "-  bad:",
        "+  worst:",
    ]


def test_parameters_are_added_changed_and_removed(take: Taker) -> None:
    def change(definition: Json) -> None:
        definition["Parameters"][0]["DefaultValue"] = 0.25
        definition["Parameters"].append(
            {"Name": "day", "Type": "String", "DefaultValue": "a", "EnumValues": ["a", "b"]}
        )

    assert take(BRANCHES, change).lines == [
        "-  rate: {type: float, default: 0.5}",
        "+  rate: {type: float, default: 0.25}",
        "+  day: {type: string, default: a, enum: [a, b]}",
    ]


def test_what_is_beside_the_definition_is_taken_over(take: Taker) -> None:
    case = take(
        BRANCHES,
        role="arn:aws:iam::111122223333:role/other",
        description="what: for",
        parallelism=3,
        tags={"team": "nlp"},
    )
    assert case.left == []
    assert sorted(case.lines) == [
        '+description: "what: for"',
        "+parallelism: 3",
        "+role: arn:aws:iam::111122223333:role/other",
        "+tags: {team: nlp}",
    ]


def test_schedules_and_triggers_are_taken_over(take: Taker) -> None:
    role = "arn:aws:iam::111122223333:role/start"
    text = BRANCHES.replace(
        "steps:\n",
        f"schedule:\n  nightly: {{cron: '0 3 * * ? *', role: '{role}'}}  # late\nsteps:\n",
        1,
    )
    nightly = {
        "ScheduleExpression": "cron(0 4 * * ? *)",
        "ScheduleExpressionTimezone": "Europe/Berlin",
        "State": "DISABLED",
        "RoleArn": role,
        "Parameters": {"rate": "0.7"},
    }
    event = {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": ["b"]}, "object": {"key": [{"prefix": "new/"}]}},
    }
    added = {"EventPattern": event, "State": "ENABLED", "RoleArn": role, "Parameters": {}}
    case = take(text, schedules={"nightly": nightly}, triggers={"data": added})
    assert case.left == []
    assert "# late" in case.edited.text
    assert 's3: "s3://b/new/"' in case.edited.text


def test_comments_to_the_compiler_stay(take: Taker) -> None:
    text = PLAIN.replace(
        "    max_run: 7200", "    # pipec: ignore[W570] it is so\n    max_run: 7200"
    )

    def change(definition: Json) -> None:
        request(definition)["StoppingCondition"]["MaxRuntimeInSeconds"] = 3600

    case = take(text, change)
    assert case.lines == ["-    max_run: 7200   # in seconds", "+    max_run: 3600   # in seconds"]


def test_what_a_spec_can_not_say_is_left_and_told(take: Taker) -> None:
    def change(definition: Json) -> None:
        request(definition)["StoppingCondition"]["MaxRuntimeInSeconds"] = 3600
        request(definition)["Foo"] = 1

    case = take(PLAIN, change)
    assert case.left == [("step", "fit")]
    assert [each.path for each in case.edited.left[0].differences] == ["Arguments.Foo"]
    assert "max_run: 3600" in case.edited.text
    assert case.edited.notes[0].startswith("step `fit`: ")


def test_nothing_to_take_over_changes_nothing(take: Taker) -> None:
    case = take(PLAIN)
    assert (case.lines, case.left, case.edited.taken) == ([], [], ())


WIDE = """\
kind: Pipeline
name: x
defaults: {role: "arn:aws:iam::111122223333:role/ml"}
steps:
    run:
        type: processing
        image: 111122223333.dkr.ecr.us-east-1.amazonaws.com/i:1
        instance: ml.m5.large
        entrypoint:
        - python3   # three
        - /srv/run.py
        arguments: [--fast,
                    --deep]  # two
        environment:

            A: x
"""


def test_other_indents_and_lists_beside_their_key_are_kept(take: Taker) -> None:
    def change(definition: Json) -> None:
        request(definition, "run")["AppSpecification"]["ContainerEntrypoint"] = [
            "python3", "-u", "/srv/run.py",
        ]  # fmt: skip
        request(definition, "run")["AppSpecification"]["ContainerArguments"].append("--so")
        request(definition, "run")["Environment"] = {"A": "x", "B": "y", "C": "two\nlines"}

    case = take(WIDE, change)
    assert case.left == []
    assert case.lines == [
        "+        - -u",
        "-                    --deep]  # two",
        "+                    --deep, --so]  # two",
        '+            B: "y"',
        "+            C: |-",
        "+              two",
        "+              lines",
    ]


def test_a_key_is_never_written_twice(take: Taker) -> None:
    text = WIDE.replace("            A: x\n", "").replace("environment:\n", "environment: {}")

    def change(definition: Json) -> None:
        request(definition, "run")["Environment"] = {"A": "x"}

    case = take(text, change)
    assert case.left == []
    assert case.edited.text.count("environment:") == 1


TEMPLATE = """\
kind: Pipeline
name: x
storage: s3://b/p
defaults: {role: "arn:aws:iam::111122223333:role/ml", instance: ml.m5.large}
steps:
  run:
    type: processing
    image: 111122223333.dkr.ecr.us-east-1.amazonaws.com/i:1
    code: {path: jobs/run, entry: run.py}
"""


def test_code_is_given_up_only_by_force(take: Taker) -> None:
    (take.folder / "jobs" / "run").mkdir(parents=True)
    (take.folder / "jobs" / "run" / "run.py").write_text("print()\n")

    def change(definition: Json) -> None:
        source = request(definition, "run")["ProcessingInputs"][0]["S3Input"]
        source["S3Uri"] = "s3://elsewhere/code/"

    case = take(TEMPLATE, change)
    assert (case.lines, case.left) == ([], [("step", "run")])
    assert case.edited.notes == ("step `run` has code of its own, which --force gives up",)
    case = take(TEMPLATE, change, force=True)
    assert case.left == []
    assert "s3://elsewhere/code/" in case.edited.text
