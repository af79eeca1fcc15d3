"""Bytes as base64 text (RFC 4648), each written in its one way.

Python passes over characters that are not of the alphabet, takes either alphabet's, and ignores the bits that the last
character has to spare. A reader elsewhere may not: what is read here is what everybody reads, or is refused.
"""

import base64


def base64_of(value: bytes) -> str:
    """The bytes in base64, padded."""
    return base64.b64encode(value).decode("ascii")


def bytes_of_base64(text: str) -> bytes:
    """The bytes that ``base64_of`` writes so; raises ValueError for any other text."""
    value = base64.b64decode(text)
    if base64_of(value) != text:
        raise ValueError("not canonical base64")
    return value


def base64url_of(value: bytes) -> str:
    """The bytes in base64url without padding, as a JWS and a JWK have them (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


def bytes_of_base64url(text: str) -> bytes:
    """The bytes that ``base64url_of`` writes so; raises ValueError for any other text."""
    value = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64url_of(value) != text:
        raise ValueError("not canonical base64url without padding")
    return value
