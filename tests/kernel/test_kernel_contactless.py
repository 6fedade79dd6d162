from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from conformance.codec import tlv
from conformance.codec.bits import Ttq
from conformance.codec.tags import Tag
from conformance.crypto.certificates import CertificateError
from conformance.crypto.rsa import generate
from conformance.kernel import oda, recovery
from conformance.kernel.contactless import (
    authenticate,
    enter,
    place_of_pan,
    purchase,
    read_before_last,
    read_last,
)
from conformance.kernel.initiate import initiate
from conformance.kernel.preprocess import OFFLINE_QPBOC
from conformance.kernel.termination import TerminatedError
from conformance.link.memory import MemoryCard
from conformance.sim import card as sim_card

TODAY = date(2026, 5, 4)
PAN = "6210948000000011"


def balance(card: MemoryCard) -> int | None:
    card.reset()
    enter(card)
    return recovery.amount_of(card, Tag.EC_BALANCE)


def read_all(card: MemoryCard, terms):
    return read_last(card, read_before_last(card, initiate(card, enter(card), terms)))


def test_a_purchase_debits_the_card(card, terms, ca_keys):
    purchase(card, terms, ca_keys)
    assert balance(card) == 4900


def test_a_purchase_with_fdda_01_ends_with_9f69(card, terms, ca_keys):
    assert Tag.CARD_AUTHENTICATION_RELATED_DATA in purchase(card, terms, ca_keys).values


def test_fdda_00_is_verified_over_the_unpredictable_number_alone(card, terms, ca_keys):
    version_00 = dataclasses.replace(terms, ttq=OFFLINE_QPBOC.without(Ttq.FDDA_VERSION_01))
    assert Tag.CARD_AUTHENTICATION_RELATED_DATA not in purchase(card, version_00, ca_keys).values


def test_a_signature_in_a_record_is_verified_too(terms, ca_keys):
    link = MemoryCard(sim_card.build(balance=5000, icc_key=generate(1152)))
    link.reset()
    purchase(link, terms, ca_keys)
    assert balance(link) == 4900


def test_a_card_that_declines_ends_the_purchase(terms, ca_keys):
    link = MemoryCard(sim_card.build(balance=50))
    link.reset()
    with pytest.raises(TerminatedError, match="not-approved: AAC"):
        purchase(link, terms, ca_keys)


def test_stopping_before_the_last_record_costs_nothing(card, terms, ca_keys):
    def stop(_transaction):
        raise TerminatedError("stopped")

    with pytest.raises(TerminatedError, match="stopped"):
        purchase(card, terms, ca_keys, before_last=stop)
    assert balance(card) == 5000


def test_without_the_ca_key_nothing_is_authenticated(card, terms):
    with pytest.raises(TerminatedError, match="ca-key-missing: A000000333/"):
        authenticate(read_all(card, terms), {}, TODAY)


def test_without_the_signature_nothing_is_authenticated(card, terms, ca_keys):
    transaction = read_all(card, terms)
    values = {tag: value for tag, value in transaction.values.items() if tag != 0x9F4B}
    with pytest.raises(TerminatedError, match="oda-object-missing: 9F4B"):
        authenticate(dataclasses.replace(transaction, values=values), ca_keys, TODAY)


@pytest.mark.parametrize(
    ("tag", "accused"),
    [(0x90, "90"), (0x9F32, "90"), (0x9F46, "9F46"), (0x9F4B, "9F4B"), (0x9F69, "9F4B"), (0x82, "9F46")],
)
def test_an_altered_object_is_found_out(card, terms, ca_keys, tag, accused):
    transaction = read_all(card, terms)
    value = transaction.values[tag]
    altered = {**transaction.values, tag: value[:-1] + bytes((value[-1] ^ 1,))}
    with pytest.raises(CertificateError) as caught:
        authenticate(dataclasses.replace(transaction, values=altered), ca_keys, TODAY)
    assert caught.value.object == accused


@pytest.mark.parametrize(
    "changed", [{"unpredictable_number": bytes(4)}, {"amount": 200}], ids=["unpredictable number", "amount"]
)
def test_a_signature_over_another_purchase_is_found_out(card, terms, ca_keys, changed):
    transaction = read_all(card, terms)
    other = dataclasses.replace(transaction.initiated, purchase=dataclasses.replace(terms, **changed))
    with pytest.raises(CertificateError, match="9F4B"):
        authenticate(dataclasses.replace(transaction, initiated=other), ca_keys, TODAY)


def test_a_certificate_for_another_pan_is_found_out(card, terms, ca_keys):
    transaction = read_all(card, terms)
    other = dataclasses.replace(transaction.initiated, pan="6210948000000029")
    with pytest.raises(CertificateError, match="pan"):
        authenticate(dataclasses.replace(transaction, initiated=other), ca_keys, TODAY)


def test_certificates_do_not_outlive_their_month(card, terms, ca_keys):
    with pytest.raises(CertificateError, match="expiry"):
        authenticate(read_all(card, terms), ca_keys, date(2050, 1, 1))


def test_the_signed_data_of_version_01_bind_amount_currency_and_9f69(terms):
    signed = oda.signed_terminal_data(terms, bytes.fromhex("01AABBCCDD000000"))
    assert signed.hex() == "11223344" + "000000000100" + "0156" + "01aabbccdd000000"


def test_the_record_that_holds_the_pan_is_known(card, terms):
    assert place_of_pan(read_all(card, terms)) == (2, 1)


def test_a_doubled_object_of_the_gpo_answer_ends_the_purchase(changed, terms, ca_keys):
    def double(answer: bytes) -> bytes:
        content = tlv.decode_one(answer).value
        return tlv.encode(0x77, content + tlv.encode(0x5F34, b"\x01"))

    with pytest.raises(TerminatedError, match="object-twice: 5F34"):
        purchase(changed("GET PROCESSING OPTIONS", double), terms, ca_keys)


def test_a_directory_without_a_unionpay_application_ends_the_purchase(changed, terms, ca_keys):
    def foreign(answer: bytes) -> bytes:
        return answer.replace(bytes.fromhex("A000000333"), bytes.fromhex("A000000003"))

    with pytest.raises(TerminatedError, match="no-application"):
        purchase(changed("SELECT", foreign), terms, ca_keys)
