"""Errors of AWS, and how each protocol writes them."""

import json
from xml.sax.saxutils import escape

from tests.aws.calls import Named
from tests.aws.wire import Answer

REQUEST_ID = "11111111-2222-3333-4444-555555555555"


class RefusedError(Exception):
    """Say no in the name of AWS: `code` is the name of the error."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


def invalid(message: str) -> RefusedError:
    return RefusedError("ValidationException", message)


def throttled(named: Named) -> RefusedError:
    """Return the error of a service that is asked too often."""
    if named.service == "s3":
        return RefusedError("SlowDown", "Please reduce your request rate.", 503)
    if named.protocol in {"query", "ec2"}:
        return RefusedError("Throttling", "Rate exceeded")
    status = 429 if named.protocol == "rest-json" else 400
    return RefusedError("ThrottlingException", "Rate exceeded", status)


def broken(named: Named) -> RefusedError:
    """Return the error of a service that fails."""
    codes = {"rest-xml": "InternalError", "rest-json": "InternalServerException"}
    code = codes.get(named.protocol, "InternalFailure")
    return RefusedError(code, "The request processing has failed.", 500)


def denied(named: Named) -> RefusedError:
    """Return the error of a service whose operation the caller may not use."""
    short = named.protocol in {"rest-xml", "query", "ec2"}
    status = 400 if named.protocol == "json" else 403
    action = f"{named.service}:{named.operation}"
    message = f"User: {named.who} is not authorized to perform: {action}"
    return RefusedError("AccessDenied" if short else "AccessDeniedException", message, status)


def answer_of(refused: RefusedError, named: Named) -> Answer:
    """Write an error as the protocol of the service has it."""
    code, message = escape(refused.code), escape(refused.message)
    inner = f"<Code>{code}</Code><Message>{message}</Message>"
    match named.protocol:
        case "rest-xml":
            return xml(refused.status, f"<Error>{inner}<RequestId>{REQUEST_ID}</RequestId></Error>")
        case "query":
            kind = "Sender" if refused.status < 500 else "Receiver"
            error = f"<Error><Type>{kind}</Type>{inner}</Error>"
            request = f"<RequestId>{REQUEST_ID}</RequestId>"
            return xml(refused.status, f"<ErrorResponse>{error}{request}</ErrorResponse>")
        case "ec2":
            errors = f"<Errors><Error>{inner}</Error></Errors>"
            request = f"<RequestID>{REQUEST_ID}</RequestID>"
            return xml(refused.status, f"<Response>{errors}{request}</Response>")
        case _:
            body = {"__type": refused.code, "Message": refused.message}
            headers = (
                ("Content-Type", "application/x-amz-json-1.1"),
                ("x-amzn-ErrorType", refused.code),
                ("x-amzn-RequestId", REQUEST_ID),
            )
            return Answer(status=refused.status, headers=headers, body=json.dumps(body).encode())


def xml(status: int, text: str) -> Answer:
    """Return an answer in XML."""
    body = f'<?xml version="1.0" encoding="UTF-8"?>{text}'.encode()
    headers = (("Content-Type", "text/xml"), ("x-amz-request-id", REQUEST_ID))
    return Answer(status=status, headers=headers, body=body)
