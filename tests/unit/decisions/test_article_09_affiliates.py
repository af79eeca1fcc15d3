"""Article 9: which flags hold a payout."""

import pytest

from shared.contracts.registry.project_life import FlagGround, FlagParticulars
from shared.decisions.article_09_affiliates import flags_of_affiliates

pytestmark = pytest.mark.clause("9.1")

OF_CHECK = FlagParticulars(ground=FlagGround.SPOT_CHECK, number="CC-1")
OF_AFFILIATE = FlagParticulars(ground=FlagGround.AFFILIATE, number="91110105MA0000006H")


def test_an_affiliates_flag_holds_a_payout_and_a_checks_does_not() -> None:
    """What a spot check finds comes before the confirmation, or not at all."""
    assert flags_of_affiliates((OF_CHECK, OF_AFFILIATE)) == (OF_AFFILIATE,)
    assert flags_of_affiliates((OF_CHECK,)) == ()
