"""Ids that anyone can compute again: a change of one of these values would break every replay."""

import base64
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import OKPKey

from shared.contracts import ids

POOL = UUID("5b1c1f9e-3f65-4a53-9d0a-0d1a4b2f7e11")
PROJECT = UUID("c6072840-02b4-55ef-ab0b-c5d85d9fad37")


def test_ids_stay_as_they_are_for_ever() -> None:
    """Known values; lenders, auditors and databases hold them."""
    assert ids.project_id(POOL, "bank-a", "借字2026-001号") == PROJECT
    assert str(ids.causing_id("bank-a", "m-1")) == "6058d5c8-0d2b-504e-999c-fd3030aa09f6"
    assert str(ids.event_id(ids.causing_id("bank-a", "m-1"), 0)) == "afb63f44-5624-566e-9566-5a2d74dfd9db"
    assert str(ids.event_id(ids.causing_id("bank-a", "m-1"), 11)) == "2d47dae0-633a-58f7-9dfa-df6ea8930621"
    assert str(ids.compensation_id(PROJECT, 1)) == "9d322e3b-d99d-5a76-aba8-9e8ee37ff830"
    assert (
        str(ids.transfer_id(ids.compensation_id(PROJECT, 1), "payout", 2, "post"))
        == "0e342384-5d07-51de-aec5-f17bf76603a4"
    )
    assert ids.case_number(PROJECT, 2026) == "2026-VN2X8GG"


def test_numbers_are_counted_as_people_count() -> None:
    """The first compensation and the first instalment are number 1; an event's index begins at 0."""
    with pytest.raises(AssertionError):
        ids.compensation_id(PROJECT, 0)
    with pytest.raises(AssertionError):
        ids.transfer_id(PROJECT, "payout", 0, "post")
    with pytest.raises(AssertionError):
        ids.event_id(PROJECT, -1)


@given(st.uuids())
def test_a_case_number_has_no_look_alikes(project: UUID) -> None:
    """People read it out on the telephone."""
    number = ids.case_number(project, 2026)
    assert number.startswith("2026-")
    assert len(number) == 12
    assert not set(number[5:]) & set("01ILO")


def test_a_key_id_is_rfc_7638s() -> None:
    """The example of RFC 8037, appendix A.3."""
    assert ids.key_id("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo") == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


@given(st.binary(min_size=32, max_size=32))
def test_a_key_id_is_what_other_software_computes(raw: bytes) -> None:
    """The same thumbprint as the JOSE library's."""
    public_key = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    key = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": public_key})
    assert ids.key_id(public_key) == key.thumbprint()
    assert len(ids.key_id(public_key)) == 43
