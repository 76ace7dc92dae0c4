"""Tell from an HTTP request which AWS operation it asks for."""

import json
import re
from typing import Any
from urllib.parse import parse_qs, parse_qsl

from tests.aws.calls import Named
from tests.aws.routes import matched, service_model
from tests.aws.wire import Request

CREDENTIAL = re.compile(r"Credential=([^/,]+)/\d{8}/([^/,]+)/([^/,]+)/aws4_request")
RPC_PATH = re.compile(r"/service/\w+/operation/(\w+)$")

# Services whose signatures bear another name than botocore's.
SIGNED_AS = {
    "sagemaker": (
        "sagemaker", "sagemaker-featurestore-runtime", "sagemaker-runtime", "sagemaker-metrics",
    ),
    "monitoring": ("cloudwatch",),
    "tagging": ("resourcegroupstaggingapi",),
    "elasticloadbalancing": ("elbv2",),
}  # fmt: skip


def recognise(request: Request) -> Named:
    """Return what a request asks for; an operation that is not known has its method as name."""
    who, region, signed = signer(request)
    for service in SIGNED_AS.get(signed, (signed,)):
        found = operation_of(service, request)
        if found is not None:
            operation, resource, members = found
            model = service_model(service)
            return Named(
                service=service, operation=operation, resource=resource, request=members,
                region=region, who=who, protocol=model.protocol if model is not None else "json",
            )  # fmt: skip
    return Named(
        service=signed, operation=request.method, resource=request.path, region=region, who=who
    )


def signer(request: Request) -> tuple[str, str, str]:
    """Return whose key signed, for which region, for which service."""
    presigned = parse_qs(request.query).get("X-Amz-Credential", [""])[0]
    found = CREDENTIAL.search(request.header("authorization") or f"Credential={presigned}")
    return (found[1], found[2], found[3]) if found else ("", "us-east-1", "unsigned")


def operation_of(service: str, request: Request) -> tuple[str, str, dict[str, Any]] | None:
    """Return the operation, what it is about and what it was asked with."""
    target = request.header("x-amz-target")
    rpc = RPC_PATH.match(request.path)
    if target:
        operation = target.rpartition(".")[2]
        model = service_model(service)
        if model is not None and operation not in model.operation_names:
            return None
        members = json_object(request.body)
    elif rpc:
        return rpc[1], "", {}
    elif request.header("content-type").startswith("application/x-www-form-urlencoded"):
        members = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
        operation = members.pop("Action", "")
    else:
        return matched(service, request)
    return operation, resource_of(service, operation, members), members


def json_object(text: bytes) -> dict[str, Any]:
    """Return the object that a body is, or an empty one."""
    try:
        read = json.loads(text or b"{}")
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def resource_of(service: str, operation: str, members: dict[str, Any]) -> str:
    """Return what a call is about: the first text that must be given, or else a name."""
    model = service_model(service)
    known = model is not None and operation in model.operation_names
    shape = model.operation_model(operation).input_shape if model is not None and known else None
    needed = list(shape.required_members) if shape is not None else []
    named = [name for name in members if name.endswith(("Name", "Arn", "Prefix"))]
    values = (members.get(name) for name in [*needed, *named])
    return next((value for value in values if isinstance(value, str)), "")
