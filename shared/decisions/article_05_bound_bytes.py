"""Article 5: what is confirmed, released or decided is what was read, byte for byte."""

from shared.contracts.refusals import Refusal, refusal


def refuse_unless_hash_is_named(what: str, what_zh: str, sha256: str, named_sha256: str, clause: str) -> Refusal | None:
    """Article 5.6. Whoever confirms, releases or decides names the SHA-256 of the bytes that were read.

    ``what`` stands with the bytes of ``sha256``; ``clause`` is that of the message which names them.
    """
    if named_sha256 == sha256:
        return None
    return refusal(
        "another_version_named",
        clause,
        f"the {what} that stands has the SHA-256 {sha256}, the message names {named_sha256}; read the {what} and name "
        "its hash",
        f"现行{what_zh}的SHA-256为{sha256}，消息所称为{named_sha256}；请核对现行{what_zh}后填写其哈希值",
    )
