"""What starts a pipeline goes into the manifest, and what can't start it is refused."""

import pytest

from tests.specs import Workshop

STEPS = """\
steps:
  stop: {type: fail, message: "${{ parameters.day }}"}
parameters:
  day: {type: string, default: monday}
"""
ROLE = "arn:aws:iam::111122223333:role/start"


@pytest.mark.parametrize(
    ("schedule", "expression"),
    [
        ("0 6 ? * MON-FRI *", "cron(0 6 ? * MON-FRI *)"),
        ('"0/15 9-17 15W * ? 2027,2028"', "cron(0/15 9-17 15W * ? 2027,2028)"),
        ("{rate: 12h}", "rate(12 hours)"),
        ("{rate: 1d}", "rate(1 day)"),
        ("{rate: 90m}", "rate(90 minutes)"),
        ("{at: 2027-01-31T06:00}", "at(2027-01-31T06:00:00)"),
    ],
)
def test_a_schedule_is_written_as_eventbridge_scheduler_takes_it(
    workshop: Workshop, schedule: str, expression: str
) -> None:
    manifest = workshop.pipeline(f"schedule: {{nightly: {schedule}}}\n{STEPS}").manifest
    assert manifest["schedules"] == {
        "nightly": {
            "ScheduleExpression": expression,
            "ScheduleExpressionTimezone": "UTC",
            "State": "ENABLED",
            "RoleArn": None,
            "Parameters": {},
        }
    }


@pytest.mark.parametrize(
    ("trigger", "pattern"),
    [
        (
            "{s3: s3://bucket/in/}",
            {
                "source": ["aws.s3"],
                "detail-type": ["Object Created"],
                "detail": {"bucket": {"name": ["bucket"]}, "object": {"key": [{"prefix": "in/"}]}},
            },
        ),
        (
            "{model_approved: reviews}",
            {
                "source": ["aws.sagemaker"],
                "detail-type": ["SageMaker Model Package State Change"],
                "detail": {
                    "ModelPackageGroupName": ["reviews"],
                    "ModelApprovalStatus": ["Approved"],
                },
            },
        ),
        ("{event: {source: [my.app]}}", {"source": ["my.app"]}),
    ],
)
def test_a_trigger_is_written_as_a_rule_of_eventbridge(
    workshop: Workshop, trigger: str, pattern: object
) -> None:
    manifest = workshop.pipeline(f"triggers: {{new: {trigger}}}\n{STEPS}").manifest
    triggers = manifest["triggers"]
    assert isinstance(triggers, dict)
    assert triggers["new"]["EventPattern"] == pattern  # type: ignore[index, call-overload]


def test_the_manifest_holds_what_the_pipeline_is_created_with(workshop: Workshop) -> None:
    head = f"name: x\nrole: {ROLE}\nparallelism: 4\nregion: eu-west-1\naccount: '111122223333'\n"
    manifest = workshop.pipeline(STEPS, head=head).manifest
    assert {name: manifest[name] for name in ("role", "parallelism", "region", "account")} == {
        "role": ROLE,
        "parallelism": 4,
        "region": "eu-west-1",
        "account": "111122223333",
    }


@pytest.mark.parametrize(
    ("start", "message"),
    [
        ("schedule: {n: {timezone: UTC}}", "nothing says when the pipeline is started"),
        ("schedule: {n: {rate: 1h, at: 2027-01-31T06:00}}", "`rate` and `at` both say when"),
        ("schedule: {n: {rate: 90s}}", "`90s` is no whole number of minutes"),
        ("schedule: {n: 0 6 * * *}", "`0 6 * * *` has 5 fields, expected 6"),
        ("schedule: {n: 0 6 * * * *}", "needs one `?`"),
        ("schedule: {n: 0 25 * * ? *}", "has `25` as hours"),
        ("schedule: {n: 0 3 ? * MOON *}", "has `MOON` as day of week"),
        ("schedule: {n: {at: 2027-13-01T00:00}}", "there is no time `2027-13-01T00:00`"),
        ("schedule: {n: {rate: 1h, parameters: {dya: x}}}", "`dya` is not a parameter"),
        ("schedule: {n: {rate: 1h, parameters: {day: 3}}}", "`day` takes a value of type string"),
        ("triggers: {n: {s3: s3://b/p, event: {source: [x]}}}", "both say when"),
    ],
)
def test_what_can_not_start_a_pipeline_is_refused(
    workshop: Workshop, start: str, message: str
) -> None:
    [found] = workshop.messages(f"{start}\n{STEPS}")
    assert message in found


def test_a_start_gives_each_parameter_without_a_default(workshop: Workshop) -> None:
    steps = STEPS.replace(", default: monday", "")
    [found] = workshop.messages(f"schedule: {{n: {{rate: 1h}}}}\n{steps}")
    assert "the parameter `day` has no default, and no value here" in found
    workshop.pipeline(f"schedule: {{n: {{rate: 1h, parameters: {{day: friday}}}}}}\n{steps}")
