"""Messages between a terminal and its acquirer: ISO 8583 in the UnionPay style (S-11.1).

S-11.1 is section 11.1 of the sector facts. A frame is a length of 2 bytes, TPDU, header, message type,
bitmap of 64 bits, fields; pyiso8583 packs what begins with the message type. The encoding of the fields was
found in no public source: it is a parameter, `AcquirerProfile`. Amounts are fen.
"""

from conformance.codec.iso8583.compose import CardRead, Terminal, build, card_data, response, reversal
from conformance.codec.iso8583.examine import CONDITIONS, Condition, Discrepancy, check
from conformance.codec.iso8583.frame import MessageError, decode, encode
from conformance.codec.iso8583.layouts import (
    ANSWER,
    LAYOUTS,
    SCRIPT_RESULTS,
    Business,
    CardData,
    Layout,
    layout_of,
)
from conformance.codec.iso8583.message import Message, kind_of
from conformance.codec.iso8583.parts import EntryMode, Original, Totals, TransactionField, sequence_number
from conformance.codec.iso8583.profile import (
    FIELDS,
    UNIONPAY,
    AcquirerProfile,
    ConditionCode,
    FieldFormat,
    FieldValue,
    Network,
    PanEntry,
    ReversalReason,
)

__all__ = [
    "ANSWER",
    "CONDITIONS",
    "FIELDS",
    "LAYOUTS",
    "SCRIPT_RESULTS",
    "UNIONPAY",
    "AcquirerProfile",
    "Business",
    "CardData",
    "CardRead",
    "Condition",
    "ConditionCode",
    "Discrepancy",
    "EntryMode",
    "FieldFormat",
    "FieldValue",
    "Layout",
    "Message",
    "MessageError",
    "Network",
    "Original",
    "PanEntry",
    "ReversalReason",
    "Terminal",
    "Totals",
    "TransactionField",
    "build",
    "card_data",
    "check",
    "decode",
    "encode",
    "kind_of",
    "layout_of",
    "response",
    "reversal",
    "sequence_number",
]
