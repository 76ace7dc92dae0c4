"""Whatever goes wrong at whichever call, the pipeline is whole, and another upsert finishes it."""

import pytest

from compiler.deploy import record
from compiler.deploy.aws import Aws
from tests.aws.stand_in import AwsStandIn
from tests.deploy.conftest import Shop
from tests.deploy.disturbed import ATTEMPTS, FAULTS, Disturbance, clean_run, disturbed_run

PARTS = 12


@pytest.fixture
def _short_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "LEASE_SECONDS", 0.0)


@pytest.mark.usefixtures("_short_lease")
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("times", [1, ATTEMPTS], ids=["once", "for good"])
def test_each_call_may_fail(
    shop: Shop, aws: AwsStandIn, client: Aws, part: int, times: int
) -> None:
    first = shop.compile()
    shop.second_version()
    second = shop.compile()
    count = clean_run(aws, client, first, second)
    assert count > 40
    for call in range(1 + part, count + 1, PARTS):
        fault = FAULTS[(call // PARTS + part + times) % len(FAULTS)]
        disturbance = Disturbance(call=call, fault=fault, times=times)
        wrong = disturbed_run(aws, client, first, second, disturbance)
        assert not wrong, f"{disturbance}: {wrong}"
