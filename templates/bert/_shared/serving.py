"""Read and write the JSON of requests to a model, in SageMaker's inference container."""

import json
from collections.abc import Callable
from typing import Any

JSON = "application/json"


def read_inputs(
    request_body: str | bytes, content_type: str, accepts: Callable[[Any], bool], form: str
) -> list[Any]:
    """Return the inputs of `{"inputs": …}`, or of its value alone, as a list.

    `accepts` tells whether a value is one input; `form` says in errors what one looks like.
    """
    if content_type.partition(";")[0].strip() != JSON:
        raise ValueError(f"content type `{content_type}` is not {JSON}")
    inputs = json.loads(request_body)
    if isinstance(inputs, dict) and "inputs" in inputs:
        inputs = inputs["inputs"]
    listed = [inputs] if accepts(inputs) else inputs
    if not isinstance(listed, list) or not all(map(accepts, listed)):
        raise ValueError(f'the request must be {{"inputs": I}} or {{"inputs": [I, …]}}, I {form}')
    return listed


def write_answers(answers: list[dict[str, Any]], accept: str) -> str:
    """Write one answer for each input as JSON."""
    accepted = [choice.partition(";")[0].strip() for choice in accept.split(",")]
    if not {JSON, "application/*", "*/*"} & set(accepted):
        raise ValueError(f"accept `{accept}` does not admit {JSON}")
    return json.dumps(answers)
