"""What the services measure, as it is exported: looked at late, since they export it now and then."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import PlayedCase
from tests.e2e.test_case import POLL_SECONDS, STAGES_LINKED, whole_lines

pytestmark = pytest.mark.asyncio

METRICS_WAIT_SECONDS = 30.0


async def test_figures_say_how_long_stages_take_and_what_is_on_the_accounts(played_case: PlayedCase) -> None:
    """The claims service's metrics hold the time of each stage, the treasury's the balances of each pool's accounts."""
    stack, pool_id = played_case.pool.stack, str(played_case.pool.cast.pool_id)
    after = played_case.outcome.balances_after
    expected = {(pool_id, account): figures["balance_fen"] for account, figures in after.items()}
    async with asyncio.timeout(METRICS_WAIT_SECONDS):
        while True:
            points = {
                name: points_of(stack.data_dir / "services" / service / "metrics.jsonl", name)
                for service, name in (("claims", "riskpool.stage.duration"), ("treasury", "riskpool.account.balance"))
            }
            stages = {point["attributes"]["type"] for point in points["riskpool.stage.duration"]}
            balances = {
                (point["attributes"]["pool_id"], point["attributes"]["account"]): point["value"]
                for point in points["riskpool.account.balance"]
            }
            if stages >= set(STAGES_LINKED) and expected.items() <= balances.items():
                return
            await asyncio.sleep(POLL_SECONDS)


def points_of(metrics: Path, name: str) -> list[dict[str, Any]]:
    """The data points of one metric in the last lines that were written, an older one first."""
    return [
        point
        for line in whole_lines(metrics)
        for resource in json.loads(line)["resource_metrics"]
        for scope in resource["scope_metrics"]
        for metric in scope["metrics"]
        if metric["name"] == name
        for point in metric["data"]["data_points"]
    ]
