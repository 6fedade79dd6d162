"""The table of the messages: what each kind holds, in field 55 too (S-11.1)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from conformance.codec.iso8583.profile import ConditionCode, Network
from conformance.codec.tags import Tag

SCRIPT_RESULTS = 0xDF31


class Business(Enum):
    """What a message is for."""

    SALE = "sale"
    VOID = "void"
    REFUND = "refund"
    PRE_AUTHORISATION = "pre-authorisation"
    PRE_AUTHORISATION_CANCEL = "pre-authorisation cancel"
    COMPLETION = "completion"
    COMPLETION_VOID = "completion void"
    COMPLETION_ADVICE = "completion advice"
    OFFLINE_UPLOAD = "offline upload"
    OFFLINE_UPLOAD_AT_SETTLEMENT = "offline upload at settlement"
    TC_UPLOAD = "TC upload"
    SCRIPT_NOTICE = "script notice"
    SETTLEMENT = "settlement"
    REVERSAL = "reversal"
    RESPONSE = "response"


@dataclass(frozen=True, slots=True)
class CardData:
    """Tags of field 55: what it must hold, what it may. Whatever else is forbidden."""

    mandatory: tuple[int, ...]
    optional: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """One message: its type, 60.1, 60.3 where that tells messages apart, fields 3 and 25, fields, card data.

    None means that the field is not the message's own choice. `chip` says that a chip transaction of this
    kind cannot do without field 55.
    """

    business: Business
    mti: str
    transaction: str | None
    networks: tuple[Network, ...]
    processing: str | None
    condition: ConditionCode | None
    mandatory: tuple[int, ...]
    conditional: tuple[int, ...]
    card: CardData | None
    chip: bool
    clause: str


_SALE_M = (3, 4, 11, 22, 25, 41, 42, 49, 60)
_SALE_C = (2, 14, 23, 26, 35, 36, 52, 53, 55, 59, 62, 64)
ONLINE = CardData(
    (
        Tag.AC,
        Tag.CID,
        Tag.ISSUER_APPLICATION_DATA,
        Tag.UNPREDICTABLE_NUMBER,
        Tag.ATC,
        Tag.TVR,
        Tag.TRANSACTION_DATE,
        Tag.TRANSACTION_TYPE,
        Tag.AMOUNT_AUTHORISED,
        Tag.TRANSACTION_CURRENCY,
        Tag.AIP,
        Tag.TERMINAL_COUNTRY,
        Tag.AMOUNT_OTHER,
        Tag.TERMINAL_CAPABILITIES,
    ),
    (
        Tag.CVM_RESULTS,
        Tag.TERMINAL_TYPE,
        Tag.IFD_SERIAL_NUMBER,
        Tag.DF_NAME,
        Tag.APPLICATION_VERSION_TERMINAL,
        Tag.TRANSACTION_SEQUENCE_COUNTER,
        Tag.EC_ISSUER_AUTHORISATION_CODE,
        Tag.PRODUCT_IDENTIFICATION,
    ),
)
_OFFLINE = CardData(ONLINE.mandatory, (*ONLINE.optional, Tag.AUTHORISATION_RESPONSE_CODE))
REVERSED = CardData((Tag.TVR, Tag.ISSUER_APPLICATION_DATA, Tag.ATC), (Tag.IFD_SERIAL_NUMBER, SCRIPT_RESULTS))
_SCRIPT = CardData(
    (
        Tag.TERMINAL_CAPABILITIES,
        Tag.TVR,
        Tag.UNPREDICTABLE_NUMBER,
        Tag.ISSUER_APPLICATION_DATA,
        Tag.AC,
        Tag.ATC,
        Tag.AIP,
        SCRIPT_RESULTS,
        Tag.TERMINAL_COUNTRY,
        Tag.TRANSACTION_DATE,
    ),
    (Tag.IFD_SERIAL_NUMBER,),
)
_ANSWERED = CardData(
    (),
    (
        Tag.ISSUER_AUTHENTICATION_DATA,
        Tag.ISSUER_SCRIPT_TEMPLATE_1,
        Tag.ISSUER_SCRIPT_TEMPLATE_2,
        Tag.AUTHORISATION_RESPONSE_CODE,
    ),
)
_NO = (Network.NONE,)
_PRE = ConditionCode.PRE_AUTHORISATION
_NORMAL = ConditionCode.NORMAL
_TC_NETWORKS = (
    Network.TC_BALANCED,
    Network.DECLINED_BALANCED,
    Network.TC_UNBALANCED,
    Network.DECLINED_UNBALANCED,
)

# Fields of SALE, VOID, REFUND, the uploads, the script notice, the settlement and the reversal as S-11.1
# lists them; 38 where an authorisation code is repeated, what the other messages of a pre-authorisation have,
# the PAN of an upload, and 11 41 42 of a settlement are [C].
# A message in two lines: what it is, and what it holds.
# fmt: off
LAYOUTS = (
    Layout(Business.SALE, "0200", "22", _NO, "000000", _NORMAL,
           _SALE_M, _SALE_C, ONLINE, True, "AC-01"),
    Layout(Business.VOID, "0200", "23", _NO, "200000", _NORMAL,
           (*_SALE_M, 37, 61), (*_SALE_C, 38), None, False, "AC-26"),
    Layout(Business.REFUND, "0220", "25", _NO, "200000", _NORMAL,
           (*_SALE_M, 37, 61, 63), (*_SALE_C, 38), None, False, "HC-08"),
    Layout(Business.PRE_AUTHORISATION, "0100", "10", _NO, "030000", _PRE,
           _SALE_M, _SALE_C, ONLINE, True, "S-11.1"),
    Layout(Business.PRE_AUTHORISATION_CANCEL, "0100", "11", _NO, "200000", _PRE,
           (*_SALE_M, 61), (*_SALE_C, 37, 38), None, False, "S-11.1"),
    Layout(Business.COMPLETION, "0200", "20", _NO, "000000", _PRE,
           (*_SALE_M, 38, 61), (*_SALE_C, 37), None, False, "HC-10"),
    Layout(Business.COMPLETION_VOID, "0200", "21", _NO, "200000", _PRE,
           (*_SALE_M, 37, 61), (*_SALE_C, 38), None, False, "SC-24"),
    Layout(Business.COMPLETION_ADVICE, "0220", "24", _NO, "000000", _PRE,
           (*_SALE_M, 38, 61), (*_SALE_C, 37), None, False, "SC-25"),
    Layout(Business.OFFLINE_UPLOAD, "0200", "36", _NO, "000000", _NORMAL,
           (*_SALE_M, 63), (2, 14, 23, 55), _OFFLINE, True, "AC-03"),
    Layout(Business.OFFLINE_UPLOAD_AT_SETTLEMENT, "0320", "36", _NO, "000000", _NORMAL,
           (*_SALE_M, 63), (2, 14, 23, 55), _OFFLINE, True, "S-11.1"),
    Layout(Business.TC_UPLOAD, "0320", "00", _TC_NETWORKS, None, None,
           (2, 4, 11, 22, 23, 41, 42, 60, 62), (55,), _OFFLINE, True, "AC-05"),
    Layout(Business.SCRIPT_NOTICE, "0620", "00", (Network.SCRIPT,), None, None,
           (11, 22, 25, 32, 37, 41, 42, 49, 60, 61, 64), (2, 3, 4, 23, 55), _SCRIPT, True, "AC-06"),
    Layout(Business.SETTLEMENT, "0500", "00", (Network.SETTLEMENT,), None, None,
           (11, 41, 42, 48, 49, 60, 63), (64,), None, False, "AC-22"),
    Layout(Business.REVERSAL, "0400", None, _NO, None, None,
           (*_SALE_M, 39), (2, 14, 23, 38, 55, 59, 61, 62, 64), REVERSED, False, "AC-07"),
)
# fmt: on

ANSWER = Layout(
    Business.RESPONSE,
    "",
    None,
    (),
    None,
    None,
    (11, 39, 41, 42),
    (2, 3, 4, 12, 13, 14, 15, 23, 25, 32, 37, 38, 48, 49, 53, 54, 55, 60, 61, 62, 63, 64),
    _ANSWERED,
    False,
    "S-11.1",
)  # [C] but for field 55


def layout_of(business: Business) -> Layout:
    """The row of the table for what a message is for."""
    return next(layout for layout in (*LAYOUTS, ANSWER) if layout.business is business)
