"""Article 9: nothing is paid to an affiliate of the cooperating institution before the managing one has decided."""

from collections.abc import Sequence

from shared.contracts.registry.project_life import FlagGround, FlagParticulars


# accept: ()
def flags_of_affiliates(flags: Sequence[FlagParticulars]) -> tuple[FlagParticulars, ...]:
    """Article 9.1. The flags that hold a payout: those of an affiliate that was found after the filing (a reading)."""
    return tuple(flag for flag in flags if flag.ground is FlagGround.AFFILIATE)
