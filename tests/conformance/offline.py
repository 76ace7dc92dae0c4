"""Let an SDK build a pipeline where there is no AWS: its few calls are answered here."""

import os
import socket
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

NOWHERE = str(Path(__file__).resolve().parent / "nowhere")
BUCKET = "ml-dev"
CREATED = datetime(2026, 1, 1, tzinfo=UTC)
TIME = "2026-01-01-00-00-00-000"

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    # None of the defaults that the machine's owner may have set.
    "XDG_CONFIG_HOME": NOWHERE,
    "XDG_CONFIG_DIRS": NOWHERE,
    "SAGEMAKER_SUPPRESS_V2_WARNING": "1",
    # MLflow, which the SDKs bring, keeps a file about what it sends.
    "DO_NOT_TRACK": "true",
    # SDK v3 simulates each role's policies when a trainer is made.
    "SAGEMAKER_VALIDATE_ROLE": "false",
}
TELEMETRY = ("sagemaker.telemetry.telemetry_logging", "sagemaker.core.telemetry.telemetry_logging")
# Names of jobs hold the time, and here and there a definition holds such a name.
CLOCKS = {
    "sagemaker.utils": ("sagemaker_timestamp", lambda: TIME),
    "sagemaker.core.common_utils": ("sagemaker_timestamp", lambda: TIME),
    "sagemaker.train.utils": ("_get_unique_name", lambda base, **_: f"{base}-{TIME}"),
}
UNWANTED = ("AWS_PROFILE", "SAGEMAKER_ADMIN_CONFIG_OVERRIDE", "SAGEMAKER_USER_CONFIG_OVERRIDE")


def cut_off() -> None:
    """Set the environment, answer AWS calls with `_answer`, and refuse every connection.

    To be called before the SDK is imported: SDK v3 wants a region at import.
    """
    os.environ.update(ENVIRONMENT)
    for name in UNWANTED:
        os.environ.pop(name, None)

    client = import_module("botocore.client")
    client.BaseClient._make_api_call = _answer
    socket.socket.connect = _refuse  # type: ignore[method-assign, assignment]
    socket.getaddrinfo = _resolve
    _silence_telemetry()
    _stop_clocks()


def _stop_clocks() -> None:
    for name, (function, answer) in CLOCKS.items():
        try:
            clock: Any = import_module(name)
        except ModuleNotFoundError:
            continue
        setattr(clock, function, answer)


def _silence_telemetry() -> None:
    """Drop what the SDKs send about their use.

    A configuration file would do it too, but with one there the SDKs validate it against its
    schema anew for each value they look up: 0.2 s each time.
    """
    for name in TELEMETRY:
        try:
            telemetry: Any = import_module(name)
        except ModuleNotFoundError:
            continue
        telemetry._send_telemetry_request = lambda *_, **__: None


def _answer(client: Any, operation: str, _: dict[str, Any]) -> dict[str, Any]:
    if operation == "ListBuckets":
        # SDK v3 asks for the default bucket even where no key is to be chosen in it.
        return {"Buckets": [{"Name": BUCKET, "CreationDate": CREATED}]}
    if operation == "PutObject":
        # Code goes to where its hash says; whether it gets there is of no matter here.
        return {}
    service = client.meta.service_model.service_name
    message = (
        f"building the pipeline called {service}.{operation}, which offline.py does not answer"
    )
    raise NotImplementedError(message)


def _resolve(host: object, *_: object, **__: object) -> NoReturn:
    message = f"building the pipeline wanted the address of {host!r}"
    raise socket.gaierror(message)


def _refuse(_: socket.socket, address: object) -> NoReturn:
    message = f"building the pipeline wanted to connect to {address}"
    raise ConnectionRefusedError(message)
