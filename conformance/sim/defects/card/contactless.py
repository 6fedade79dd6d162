"""Defects of the simulated card that the first contactless cases catch."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from conformance.codec import tlv
from conformance.codec.apdu import ResponseApdu
from conformance.codec.tags import Tag
from conformance.crypto.certificates import fdda_terminal_data
from conformance.sim.card import reading, security, selection
from conformance.sim.card.state import OK
from conformance.sim.defects.model import Defect
from conformance.sim.rule import Rule

if TYPE_CHECKING:
    from conformance.codec.apdu import CommandApdu
    from conformance.sim.card.state import Application, CardState, Transaction


def _fci_of_another_df(application: Application) -> bytes:
    df_name = application.image.df_name
    another = df_name[:4] + bytes((df_name[4] ^ 1,)) + df_name[5:]  # of another RID
    return application.image.fci.replace(
        tlv.encode(Tag.DF_NAME, df_name), tlv.encode(Tag.DF_NAME, another), 1
    )


def _select_by_anything(card: CardState, command: CommandApdu) -> ResponseApdu:
    return selection.select(card, dataclasses.replace(command, p1=0x04, p2=0x00))


def _any_length(expected: int, values: bytes) -> bytes:
    return values[:expected].ljust(expected, b"\x00")


def _empty_record() -> ResponseApdu:
    return ResponseApdu(b"", OK)


def _bare_balance(tag: int, value: bytes) -> bytes:
    return value if tag == Tag.EC_BALANCE else reading.data_object(tag, value)


def _zeros_for_unpredictable_number(transaction: Transaction) -> bytes:
    values = transaction.values
    if not transaction.card_authentication:
        return security.fdda_terminal_values(transaction)
    return fdda_terminal_data(
        1,
        bytes(4),
        values[Tag.AMOUNT_AUTHORISED],
        values[Tag.TRANSACTION_CURRENCY],
        transaction.card_authentication,
    )


DEFECTS = (
    Defect(
        id="fci-names-another-df",
        clause="PB-1",
        kills="CRD-SEL-010",
        finding="df-name-differs",
        device="card",
        replaces="select_fci",
        rule=Rule("PB-1", _fci_of_another_df),
        purpose="Names in 84 a DF that nobody selected.",
    ),
    Defect(
        id="select-ignores-parameters",
        clause="PB-2",
        kills="CRD-SEL-020",
        finding="status-word-differs",
        device="card",
        replaces="select",
        rule=Rule("PB-2", _select_by_anything),
        purpose="Takes every SELECT for one by name, first occurrence.",
    ),
    Defect(
        id="gpo-takes-short-data",
        clause="PB-2",
        kills="CRD-GPO-010",
        finding="status-word-differs",
        device="card",
        replaces="gpo_length",
        rule=Rule("PB-2", _any_length),
        purpose="Pads GPO data that is shorter than the PDOL asks for, and goes on.",
    ),
    Defect(
        id="record-past-end-empty",
        clause="PB-2",
        kills="CRD-REC-010",
        finding="status-word-differs",
        device="card",
        replaces="record_absent",
        rule=Rule("PB-2", _empty_record),
        purpose="Answers 9000 and nothing for a record that is not there.",
    ),
    Defect(
        id="balance-without-tag",
        clause="PB-2",
        kills="CRD-DAT-010",
        finding="response-malformed",
        device="card",
        replaces="get_data_object",
        rule=Rule("PB-2", _bare_balance),
        purpose="Gives the six bytes of the balance without tag and length.",
    ),
    Defect(
        id="fdda-ignores-unpredictable-number",
        clause="PB-6.2",
        kills="CRD-ODA-010",
        finding="fdda-not-verified",
        device="card",
        replaces="fdda_terminal_values",
        rule=Rule("PB-6.2", _zeros_for_unpredictable_number),
        purpose="Signs zeros in place of the terminal's unpredictable number where it signs as version 01.",
        beside="CRD-ODA-110 listens to whatever numbers a session has; 010 chooses them, twice in a row",
    ),
    Defect(
        id="debits-at-gpo",
        clause="PB-7.5",
        kills="CRD-ECA-010",
        finding="balance-differs",
        device="card",
        replaces="commit_at_gpo",
        rule=Rule("PB-7.5", reading.write),
        purpose="Writes the balance at GPO and does not roll back when the last record is never read.",
    ),
)
