"""A secret is hidden wherever it stands in a value, and what is none is not."""

import time
from typing import Any

import pytest

from compiler.secrets.hide import HIDDEN, hidden_texts, text_without, without_secrets

HORSE = "correct-horse-battery"
KEY = "AKIA" + "IOSFODNN7EXAMPLE"


def join(*values: Any, on: str = "") -> dict[str, Any]:
    return {"Std:Join": {"On": on, "Values": list(values)}}


USER = {"Get": "Parameters.user"}
SECRET = {"Get": "Parameters.db_password"}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"DB_PASSWORD": HORSE}, {"DB_PASSWORD": HIDDEN}),
        ({"password": 123456}, {"password": HIDDEN}),
        ({"password": None, "secret": True}, {"password": None, "secret": True}),
        ({"A": {"b": [{"api_key": HORSE}]}}, {"A": {"b": [{"api_key": HIDDEN}]}}),
        ({"password": [HORSE]}, {"password": [HIDDEN]}),
        ({"password": {"Value": HORSE}}, {"password": {"Value": HIDDEN}}),
        ([{"Name": "DB_PASSWORD", "Value": HORSE}], [{"Name": "DB_PASSWORD", "Value": HIDDEN}]),
        ({"Key": "api_key", "Value": HORSE}, {"Key": "api_key", "Value": HIDDEN}),
        ({"name": "password", "value": HORSE}, {"name": "password", "value": HIDDEN}),
        (
            {"Name": "db_password", "DefaultValue": HORSE, "EnumValues": [HORSE, KEY]},
            {"Name": "db_password", "DefaultValue": HIDDEN, "EnumValues": [HIDDEN, HIDDEN]},
        ),
        (["--password", HORSE, "--depth", "3"], ["--password", HIDDEN, "--depth", "3"]),
        (["--password", 12345, 6], ["--password", HIDDEN, 6]),
        ([f"--password={HORSE}"], [f"--password={HIDDEN}"]),
        (["--conf", f"spark.db.password={HORSE}"], ["--conf", f"spark.db.password={HIDDEN}"]),
        (["-c", f"a --flag --password {HORSE} -x"], ["-c", f"a --flag --password {HIDDEN} -x"]),
        (f"A=1 DB_PASSWORD='{HORSE} x' run", f"A=1 DB_PASSWORD={HIDDEN} run"),
        (f'{{"db": {{"password": "{HORSE}"}}}}', f'{{"db": {{"password": {HIDDEN}}}}}'),
        (f'"{{\\"password\\": \\"{HORSE}\\"}}"', f'"{{\\"password\\": {HIDDEN}}}"'),
        (f"key {KEY}", HIDDEN),
        (f"postgres://me:{HORSE}@host/db", HIDDEN),
        ({"PASSWORD": join(USER, f":{HORSE}")}, {"PASSWORD": join(USER, HIDDEN)}),
        ({"PASSWORD": join(join(HORSE), USER)}, {"PASSWORD": join(join(HIDDEN), USER)}),
        ({"A": join("AKIA", "IOSFODNN7EXAMPLE", on="")}, {"A": join(HIDDEN, HIDDEN)}),
        ([join("--password", HORSE, on="=")], [join(HIDDEN, HIDDEN, on="=")]),
        (["--password", join(HORSE, USER)], ["--password", join(HIDDEN, USER)]),
    ],
)  # fmt: skip
def test_a_secret_is_hidden(value: Any, shown: Any) -> None:
    assert without_secrets(value) == shown
    assert without_secrets(shown) == shown


@pytest.mark.parametrize(
    "value",
    [
        {"DB_PASSWORD": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db"},
        {"SecretArn": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db"},
        {"Other": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-x"},
        {"PASSWORD": SECRET},
        {"PASSWORD": join(SECRET)},
        {"URL": join("postgres://me:", SECRET, "@host")},
        ["--password", SECRET, "--depth", 3],
        [join("--password=", SECRET)],
        {"PASSWORD": join("s3://", USER, "/password")},
        {"max_tokens": 5, "stop_token": "</s>", "bos_token": "beginning"},
        {"Name": "depth", "Value": "password"},
        "s3://bucket/secret=1/x",
        "reads no password, nor a secret",
        {"MetricDefinitions": [{"Name": "loss", "Regex": "loss=([0-9.]+)"}]},
    ],
)
def test_what_is_no_secret_is_shown(value: Any) -> None:
    assert without_secrets(value) == value
    assert list(hidden_texts(value)) == []


def test_what_a_value_is_called_may_stand_outside() -> None:
    assert without_secrets(HORSE, "db_password") == HIDDEN
    assert without_secrets({"DefaultValue": HORSE}, "db_password") == {"DefaultValue": HIDDEN}


def test_a_line_is_shown_without_secrets_found_elsewhere() -> None:
    found = [*hidden_texts([{"Name": "password", "Value": "ab"}, {"pwd": f"{HORSE}\nx y"}])]
    assert found == ["ab", f"{HORSE}\nx y"]
    assert text_without(f"+ cab: ab {HORSE}", found) == f"+ cab: {HIDDEN} {HIDDEN}"
    assert text_without(f"+ password: {HORSE}2", ()) == f"+ password: {HIDDEN}"


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "-",
        "\\",
        "a=",
        "--a ",
        "a-",
        'a="',
        "password=/",
        "password= ",
        "token=a ",
        "password=\\",
    ],
)
def test_a_long_text_takes_no_time(piece: str) -> None:
    begun = time.process_time()
    without_secrets({"x": piece * 100_000})
    assert time.process_time() - begun < 5
