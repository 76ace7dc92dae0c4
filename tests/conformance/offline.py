"""Let an SDK build a pipeline where there is no AWS: its few calls are answered from a table."""

import os
import socket
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

CONFIG = Path(__file__).with_name("sdk_config.yaml")
ACCOUNT = "111122223333"
BUCKET = "ml-dev"
CREATED = datetime(2026, 1, 1, tzinfo=UTC)

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    # No telemetry, and none of the defaults that the machine's owner may have set.
    "SAGEMAKER_ADMIN_CONFIG_OVERRIDE": str(CONFIG),
    "SAGEMAKER_USER_CONFIG_OVERRIDE": str(CONFIG),
    "SAGEMAKER_SUPPRESS_V2_WARNING": "1",
    # SDK v3 simulates each role's policies when a trainer is made.
    "SAGEMAKER_VALIDATE_ROLE": "false",
}


def cut_off() -> None:
    """Set the environment, answer AWS calls from `_answer`, and refuse every connection.

    To be called before the SDK is imported: SDK v3 wants a region at import.
    """
    os.environ.update(ENVIRONMENT)
    os.environ.pop("AWS_PROFILE", None)

    client = import_module("botocore.client")
    client.BaseClient._make_api_call = _answer
    socket.socket.connect = _refuse  # type: ignore[method-assign, assignment]


def _answer(client: Any, operation: str, request: dict[str, Any]) -> dict[str, Any]:
    match operation:
        case "GetRole":
            name = request["RoleName"]
            return {"Role": {"Arn": f"arn:aws:iam::{ACCOUNT}:role/{name}", "RoleName": name}}
        case "GetCallerIdentity":
            return {"Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:user/nobody"}
        case "HeadBucket":
            return {}
        case "ListBuckets":
            # SDK v3 asks for the default bucket even where no key is to be chosen in it.
            return {"Buckets": [{"Name": BUCKET, "CreationDate": CREATED}]}
    service = client.meta.service_model.service_name
    message = (
        f"building the pipeline called {service}.{operation}, which offline.py does not answer"
    )
    raise NotImplementedError(message)


def _refuse(_: socket.socket, address: object) -> NoReturn:
    message = f"building the pipeline wanted to connect to {address}"
    raise ConnectionRefusedError(message)
