"""What is said to and by the registry: who and what the pool covers. Each of its subjects is a module here."""

from typing import ClassVar

from shared.contracts.receipts import Receipt


class RegistryReceipt(Receipt):
    """The registry's one answer to a message from outside."""

    message_type: ClassVar[str] = "registry.receipt.issued.v1"
