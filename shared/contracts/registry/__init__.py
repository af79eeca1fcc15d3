"""What is said to and by the registry: who and what the pool covers. Each of its subjects is a module here."""

from shared.contracts.receipts import Receipt


class RegistryReceipt(Receipt, name="registry.receipt.issued.v1"):
    """The registry's one answer to a message from outside."""
