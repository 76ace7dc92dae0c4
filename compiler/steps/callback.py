"""The callback step: a message to a queue, and the wait for an answer."""

from typing import Annotated

from compiler.document.node import MappingNode
from compiler.spec.declared import declared
from compiler.spec.fields import Doc, Pattern, StaticText
from compiler.spec.job import Cache
from compiler.spec.step import StepSpec
from compiler.steps.call_outs import CALL_MEMBERS, OUTPUTS, OutputParameters, output_parameters
from compiler.steps.members import Member
from compiler.steps.step_type import StepType

QUEUE = Pattern(
    r"^https?://[^/\s]+/\d{12}/[A-Za-z0-9_-]{1,80}(\.fifo)?$",
    "the URL of a queue such as `https://sqs.us-east-1.amazonaws.com/111122223333/name`",
)


@declared
class CallbackSpec(StepSpec):
    """Send a message to a queue, and wait until somebody answers with its token."""

    queue: Annotated[StaticText, QUEUE, Doc("URL of the SQS queue.")]
    arguments: Annotated[
        MappingNode | None, Doc("What the message says, beside the token for the answer.")
    ] = None
    outputs: OutputParameters
    cache: Cache | None = None


CALLBACK = StepType(
    name="callback",
    sagemaker_type="Callback",
    spec=CallbackSpec,
    members=CALL_MEMBERS,
    beside=(Member("queue", "SqsQueueUrl"), OUTPUTS),
    describe_shape="pipeline:OutputParameters",
    named_outputs=output_parameters,
)
