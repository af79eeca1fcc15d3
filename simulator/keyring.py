"""A service's own copy of the keys, in memory: what ``shared.messaging.keyring`` keeps in a table."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from uuid import UUID

from shared.messaging.keyring import KeyRetirement, Keys, SigningKey


class Keyring:
    """Keys by the id that a signature names, and by pool; ``changes`` counts what has been told of them."""

    def __init__(self) -> None:
        self._keys: dict[str, dict[UUID, SigningKey]] = {}
        self.changes = 0

    def store(self, keys: Iterable[SigningKey]) -> None:
        """Add the keys; one that is there stays as it is."""
        for key in keys:
            self._keys.setdefault(key.key_id, {}).setdefault(key.pool_id, key)
            self.changes += 1

    def retire(self, retirements: Iterable[KeyRetirement]) -> None:
        """Set the end of these keys' time; one that ends earlier keeps its end."""
        for retirement in retirements:
            of_pools = self._keys.get(retirement.key_id, {})
            key = of_pools.get(retirement.pool_id)
            if key is not None and (key.valid_until is None or retirement.valid_until < key.valid_until):
                of_pools[retirement.pool_id] = replace(key, valid_until=retirement.valid_until)
                self.changes += 1

    def find(self, key_ids: Collection[str]) -> Keys:
        """The keys with these ids, in whatever pools they are registered; those not known are missing."""
        return {(pool_id, key_id): key for key_id in key_ids for pool_id, key in self._keys.get(key_id, {}).items()}
