"""``person``: the hash that stands for an officer's identity document in a pool."""

import getpass
import sys
from typing import Annotated
from uuid import UUID

from cyclopts import Parameter

from devstack.exit_status import OK
from devstack.supervisor import UsageError
from shared.contracts.persons import IdentityDocument, person_hash


def person(
    *,
    pool: Annotated[UUID, Parameter(help="id of the pool in which the officer is registered")],
    document: Annotated[
        IdentityDocument, Parameter(help="the resident identity card, for whoever has one")
    ] = IdentityDocument.RESIDENT_IDENTITY_CARD,
) -> int:
    """Compute an officer's `person` from the number of an identity document.

    The number is asked for, or read from standard input: it is no argument, so that no history keeps it, and it is
    neither sent nor written anywhere. The hash is what `registry.officer.register.v1` carries; in another pool the same
    person has another one.
    """
    number = getpass.getpass(f"number of the {document.replace('-', ' ')}: ") if sys.stdin.isatty() else input()
    try:
        sys.stdout.write(person_hash(pool, document, number) + "\n")
    except ValueError as error:
        raise UsageError(str(error)) from None
    return OK
