"""Consistency of how a card pays: CVM, PIN, electronic cash, qPBOC, both currencies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec.bits import Aip, CardProcessing
from conformance.codec.tags import Tag
from conformance.codec.tlv import tag_hex
from conformance.codec.values import yuan
from conformance.sim.card.consistency.elements import amount, named
from conformance.sim.card.consistency.subject import objects_of
from conformance.sim.card.paths import Way
from conformance.sim.card.state import Interface

if TYPE_CHECKING:
    from conformance.sim.card.consistency.rule import Faults
    from conformance.sim.card.consistency.subject import CheckedCard, CheckedPath

_CASH = (Tag.EC_BALANCE, Tag.EC_BALANCE_LIMIT, Tag.EC_SINGLE_LIMIT, Tag.EC_RESET_THRESHOLD)
_SECOND = (
    Tag.SECOND_CARD_CVM_LIMIT,
    Tag.SECOND_EC_RESET_THRESHOLD,
    Tag.SECOND_EC_BALANCE_LIMIT,
    Tag.SECOND_EC_SINGLE_LIMIT,
    Tag.SECOND_EC_BALANCE,
)
_LIMITED = ((Tag.EC_BALANCE, Tag.EC_BALANCE_LIMIT), (Tag.SECOND_EC_BALANCE, Tag.SECOND_EC_BALANCE_LIMIT))
_OFFLINE_PIN = frozenset({0x01, 0x03, 0x04, 0x05})
_ENCIPHERED_PIN = frozenset({0x04, 0x05})
_METHODS = frozenset({0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x1E, 0x1F, 0x20})
_LV = CardProcessing.LOW_VALUE | CardProcessing.LOW_VALUE_AND_CTTA | CardProcessing.LOW_VALUE_OR_CTTA
_CTTA = CardProcessing.LOW_VALUE_AND_CTTA | CardProcessing.LOW_VALUE_OR_CTTA


def cvm_list_missing(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001  rules look alike
    if path.way is Way.QPBOC or Aip.CARDHOLDER_VERIFICATION not in _aip(path) or path.afl is None:
        return
    if path.read(Tag.CVM_LIST) is None:
        yield Tag.AIP, "(82) promises cardholder verification, and no record holds a CVM list (8E)"


def cvm_list_in_vain(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    aip = _aip(path)
    if path.read(Tag.CVM_LIST) and Tag.AIP in path.elements and Aip.CARDHOLDER_VERIFICATION not in aip:
        yield Tag.CVM_LIST, "(8E) stands in a record, but the AIP does not promise cardholder verification"


def cvm_list_form(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    value = path.elements.get(Tag.CVM_LIST)
    if value is not None and len(value) >= 10 and len(value) % 2:
        yield Tag.CVM_LIST, "(8E) is two amounts of 4 bytes and rules of 2; here is half a rule"


def cvm_unknown(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    for method in sorted(_methods(path) - _METHODS):
        yield Tag.CVM_LIST, f"(8E) names the method {method:02X}, which no terminal knows"


def cvm_list_pin(card: CheckedCard, path: CheckedPath) -> Faults:
    if _methods(path) & _OFFLINE_PIN and _pin(card, path) is None:
        yield Tag.CVM_LIST, "(8E) asks for an offline PIN, and the application has none"


def pin_in_vain(card: CheckedCard, path: CheckedPath) -> Faults:
    contact = path.interface is Interface.CONTACT and path.way is Way.DEBIT_CREDIT and path.afl
    if contact and _pin(card, path) is not None and not _methods(path) & _OFFLINE_PIN:
        yield ("applications", path.at[-1][1], "pin"), "is there, but no CVM list asks for an offline PIN"


def pin_blocked(card: CheckedCard, path: CheckedPath) -> Faults:
    if _pin(card, path) is not None and path.elements.get(Tag.PIN_TRY_COUNTER) == b"\0":
        yield Tag.PIN_TRY_COUNTER, "(9F17) is 00: the offline PIN is blocked from the start"


def enciphered_pin(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    dynamic = _aip(path) & (Aip.DDA | Aip.CDA)
    pin_key = path.read(Tag.PIN_PUBLIC_KEY_CERTIFICATE)
    if _methods(path) & _ENCIPHERED_PIN and not dynamic and not pin_key:
        yield Tag.CVM_LIST, "(8E) asks for an enciphered PIN, and there is no key to encipher it with"


def cash_elements(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    lacking = [named(tag) for tag in _CASH if tag not in path.elements]
    if path.way is Way.CASH and lacking:
        yield None, f"lacks {', '.join(lacking)}"


def balance_limit(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    for tag, limit in _LIMITED:
        held, most = amount(path, tag), amount(path, limit)
        if held is not None and most is not None and held > most:
            yield tag, f"({tag_hex(tag)}) is {yuan(held)}, above its limit ({tag_hex(limit)}) of {yuan(most)}"


def second_currency(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    lacking = [named(tag) for tag in _SECOND if tag not in path.elements]
    if Tag.EC_SECOND_CURRENCY in path.elements and lacking:
        yield Tag.EC_SECOND_CURRENCY, f"(DF71) is there, but not {', '.join(lacking)}"


def second_currency_same(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    second = path.elements.get(Tag.EC_SECOND_CURRENCY)
    if second is not None and second == path.elements.get(Tag.APPLICATION_CURRENCY):
        yield Tag.EC_SECOND_CURRENCY, f"(DF71) is {second.hex()}, the currency that 9F51 names already"


def currency_conversion(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    if Tag.SECOND_CURRENCY in path.elements and Tag.CURRENCY_CONVERSION_FACTOR not in path.elements:
        yield Tag.SECOND_CURRENCY, "(9F76) is there without the factor (9F73) that converts it to 9F51"


def cash_code_in_debit(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    if path.way is Way.DEBIT_CREDIT and path.read(Tag.EC_ISSUER_AUTHORISATION_CODE):
        yield (
            Tag.EC_ISSUER_AUTHORISATION_CODE,
            "(9F74) stands in a record of debit and credit, which it would make cash",
        )


def cash_code_not_read(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    if path.way is Way.CASH and path.afl and path.read(Tag.EC_ISSUER_AUTHORISATION_CODE) is None:
        yield None, "has no record with 9F74, by which a terminal knows electronic cash"


def cash_code_last(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    if path.way is not Way.QPBOC or not path.listed:
        return
    (sfi, number), record, _ = path.listed[-1]
    if Tag.EC_ISSUER_AUTHORISATION_CODE not in objects_of(record):
        yield None, f"does not hold 9F74 in its last record, which is record {number} of SFI {sfi}"


def cash_code_alone(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    if path.way is not Way.QPBOC or not path.listed:
        return
    others = [tag for tag in objects_of(path.listed[-1][1]) if tag != Tag.EC_ISSUER_AUTHORISATION_CODE]
    others = [
        tag for tag in others if tag not in (Tag.EXPIRATION_DATE, Tag.AVAILABLE_OFFLINE_SPENDING_AMOUNT)
    ]
    if others and len(others) < len(tuple(objects_of(path.listed[-1][1]))):
        yield (
            others[0],
            f"({tag_hex(others[0])}) stands beside 9F74 in the last record; a short one is read sooner",
        )


def expiry_last(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    if path.way is Way.QPBOC and path.listed and Tag.EXPIRATION_DATE in objects_of(path.listed[-1][1]):
        yield (
            Tag.EXPIRATION_DATE,
            "(5F24) stands in the last record of qPBOC: a terminal would read it too late",
        )


def signature_record(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    """A key above 1024 bits makes a signature that the GPO response cannot hold (PB-6.2)."""
    needs = path.way is Way.QPBOC and not path.finished.security.signs_in_gpo
    if needs and path.afl and path.read(Tag.SIGNED_DYNAMIC_APPLICATION_DATA) is None:
        yield None, "has an ICC key above 1024 bits and no record for its signature (9F4B)"


def one_low_value_check(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    chosen = [bit.en for bit in CardProcessing if bit & _LV and bit in _processing(path)]
    if len(chosen) > 1:
        yield Tag.CARD_PROCESSING, f"(9F68) chooses {' and '.join(chosen)}; a card has one of them"


def low_value_elements(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    lacking = [named(tag) for tag in _CASH if tag not in path.elements and tag != Tag.EC_BALANCE]
    if path.way is Way.QPBOC and _processing(path) & _LV and lacking:
        yield (
            Tag.CARD_PROCESSING,
            f"(9F68) chooses a low-value check, for which {', '.join(lacking)} is missing",
        )


def cumulative_elements(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    if (
        path.way is Way.QPBOC
        and _processing(path) & _CTTA
        and not (amount(path, Tag.CTTAL) or amount(path, Tag.CTTAUL))
    ):
        yield Tag.CARD_PROCESSING, "(9F68) chooses a CTTA check, and neither 9F54 nor 9F5C is above zero"


def mismatched_currency(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    both = CardProcessing.OFFLINE_MISMATCHED_CURRENCY | CardProcessing.MISMATCHED_CURRENCY_NOT_ALLOWED
    if path.way is Way.QPBOC and _processing(path) & both == both:
        yield Tag.CARD_PROCESSING, "(9F68) allows another currency offline and forbids it altogether"


def contactless_path(card: CheckedCard, path: CheckedPath) -> Faults:  # noqa: ARG001
    """AIP B2b8 is how a terminal sees that the card chose debit and credit in the field (PB-4.1)."""
    in_field = path.interface is Interface.CONTACTLESS and path.way is not Way.QPBOC
    if in_field is not (Aip.CONTACTLESS_PATH in _aip(path)) and Tag.AIP in path.elements:
        wrong = "lacks" if in_field else "has"
        yield Tag.AIP, f"(82) {wrong} B2b8, which stands for debit and credit in the field"


def _aip(path: CheckedPath) -> Aip:
    value = path.elements.get(Tag.AIP, b"")
    return Aip.from_bytes(value if len(value) == 2 else b"\0\0")


def _processing(path: CheckedPath) -> CardProcessing:
    value = path.elements.get(Tag.CARD_PROCESSING, b"")
    return CardProcessing.from_bytes(value if len(value) == 4 else bytes(4))


def _methods(path: CheckedPath) -> frozenset[int]:
    """The methods of the CVM list that a terminal reads on this path, without what follows a failed one."""
    value = path.elements.get(Tag.CVM_LIST, b"") if path.read(Tag.CVM_LIST) else b""
    return frozenset(code & 0x3F for code in value[8::2]) if path.way is not Way.QPBOC else frozenset()


def _pin(card: CheckedCard, path: CheckedPath) -> str | None:
    return next(each.plan.pin for each in card.applications if path in each.paths)
