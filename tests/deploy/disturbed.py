"""An upsert from the first version to the second, disturbed at one of its calls.

`python -m tests.deploy.disturbed` tries every fault at every call; the tests try each call once.
"""

from collections import Counter
from dataclasses import dataclass

from compiler.compile import CompiledPipeline
from compiler.deploy.aws import Aws, AwsError
from compiler.deploy.deployed import read_deployed
from compiler.deploy.deployment import Deployment, wanted
from compiler.deploy.planning import make_plan
from compiler.deploy.upsert import MovedError, upsert
from compiler.deploy.world import read_world
from tests.aws.faults import Kind
from tests.aws.stand_in import AwsStandIn

FAULTS: tuple[Kind, ...] = ("throttle", "error", "reset", "lost", "timeout")
ATTEMPTS = 3


def deploy(client: Aws, pipeline: CompiledPipeline) -> None:
    """Plan and carry out."""
    world = read_world(client, pipeline)
    plan = make_plan(pipeline, world, "churn.yaml")
    upsert(client, pipeline, world, plan, lambda _: None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Disturbance:
    """What goes wrong: at which call, how, and for how many attempts."""

    call: int
    fault: Kind
    times: int

    def __str__(self) -> str:
        return f"{self.fault} at call {self.call}, {self.times} times"


def clean_run(
    aws: AwsStandIn, client: Aws, first: CompiledPipeline, second: CompiledPipeline
) -> int:
    """Return how many calls an undisturbed upsert makes."""
    _start(aws, client, first)
    deploy(client, second)
    return len(aws.calls)


def disturbed_run(
    aws: AwsStandIn,
    client: Aws,
    first: CompiledPipeline,
    second: CompiledPipeline,
    disturbance: Disturbance,
) -> list[str]:
    """Return what is wrong after an upsert that was disturbed, and after another one."""
    _start(aws, client, first)
    aws.fail(disturbance.fault, at=disturbance.call, times=disturbance.times)
    failed = False
    try:
        deploy(client, second)
    except (AwsError, MovedError):
        failed = True
    aws.faults.clear()
    wrong = []
    if failed and disturbance.times == 1:
        wrong.append("one fault was not got over")
    wrong += [f"in between: {each}" for each in _halves(client, first, second)]
    deploy(client, second)
    deployed = read_deployed(client, "churn")
    if deployed.deployment != wanted(second):
        wrong.append("another upsert does not finish it")
    world = read_world(client, second)
    if not make_plan(second, world, "churn.yaml").is_empty:
        wrong.append("there is something left to do")
    return [*wrong, *_twice(aws)]


def _start(aws: AwsStandIn, client: Aws, first: CompiledPipeline) -> None:
    aws.reset()
    aws.client("s3").create_bucket(Bucket="ml-bucket")
    deploy(client, first)
    aws.clear_calls()


def _halves(client: Aws, first: CompiledPipeline, second: CompiledPipeline) -> list[str]:
    """Return why the pipeline is neither the old nor the new one, as a whole."""
    deployed = read_deployed(client, "churn")
    if deployed.pipeline is None:
        return ["the pipeline is gone"]
    found = _pipeline(deployed.deployment)
    if found not in (_pipeline(wanted(first)), _pipeline(wanted(second))):
        return ["the pipeline is neither the old nor the new one"]
    return []


def _pipeline(deployment: Deployment) -> tuple[object, ...]:
    return (
        deployment.definition, deployment.role, deployment.description, deployment.parallelism,
    )  # fmt: skip


def _twice(aws: AwsStandIn) -> list[str]:
    puts = Counter(
        call.resource
        for call in aws.changes
        if call.operation == "PutObject" and "/code/" in call.resource
    )
    return [f"{key} was uploaded {count} times" for key, count in puts.items() if count > 1]


def main() -> None:
    """Try every fault at every call, and print what goes wrong."""
    import os  # noqa: PLC0415
    import tempfile  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    import botocore.endpoint  # noqa: PLC0415

    from compiler.deploy import aws as door  # noqa: PLC0415
    from compiler.deploy import record  # noqa: PLC0415
    from tests.deploy.conftest import Shop  # noqa: PLC0415

    botocore.endpoint.time.sleep = lambda _: None
    door.READ_TIMEOUT, record.LEASE_SECONDS = 0.4, 0.0
    os.environ["AWS_MAX_ATTEMPTS"] = str(ATTEMPTS)
    with AwsStandIn() as aws, tempfile.TemporaryDirectory() as folder:
        os.environ.update(aws.environment)
        shop, client = Shop(Path(folder)), Aws()
        first = shop.compile()
        shop.second_version()
        second = shop.compile()
        count = clean_run(aws, client, first, second)
        tried, failed = 0, 0
        for call in range(1, count + 1):
            for fault in FAULTS:
                for times in (1, ATTEMPTS):
                    disturbance = Disturbance(call=call, fault=fault, times=times)
                    wrong = disturbed_run(aws, client, first, second, disturbance)
                    tried, failed = tried + 1, failed + bool(wrong)
                    if wrong:
                        print(disturbance, wrong)
        client.close()
        print(f"{tried} disturbed upserts of {count} calls: {failed} wrong")


if __name__ == "__main__":
    main()
