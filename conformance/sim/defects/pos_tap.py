"""Defective point-of-sale terminals: what they do with cards in their field."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.codec.apdu import CommandApdu
from conformance.kernel import capp, recovery
from conformance.kernel.termination import TerminatedError
from conformance.sim.defects.model import Defect
from conformance.sim.rule import Rule
from conformance.sim.terminal.pos import rules as conforming

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.kernel.capp import CappKeys, Extension
    from conformance.kernel.contactless import Transaction
    from conformance.kernel.issuer import OnlineAnswer
    from conformance.kernel.qpboc import Tapped
    from conformance.kernel.result import Result
    from conformance.kernel.select import Application, Candidate
    from conformance.kernel.transaction import SupportedAid
    from conformance.link.card import CardLink

DEVICE = "pos"
_WITH_MAC = 0x80


def _never_approved(_state: Tapped, _answer: OnlineAnswer) -> bool:
    return False


def _always_approved(_state: Tapped, _answer: OnlineAnswer) -> bool:
    return True


def _last_listed(candidates: Sequence[Candidate], _supported: Sequence[SupportedAid]) -> Candidate | None:
    return candidates[-1] if candidates else None


def _never_committed(_card: CardLink, _application: Application, _transaction: Transaction) -> bool:
    return False


def _forgets_order(_result: Result) -> bool:
    return False


def _never_expires(_age_ms: int, _t2_ms: int) -> bool:
    return False


def _by_balance(card: CardLink, application: Application, transaction: Transaction) -> bool:
    return recovery.committed(card, replace(application, extended=0), transaction)


def _zeros_prove_nothing(card: CardLink, application: Application, transaction: Transaction) -> bool:
    return bool(transaction.initiated.cryptogram) and recovery.committed(card, application, transaction)


def _record_mac_unchecked(card: CardLink, application: Application, extension: Extension) -> bytes | None:
    """The record without what stands behind it."""
    asked = extension.identifier + extension.challenge()
    if not application.extended & _WITH_MAC:
        return capp.read(card, application, extension)
    response = card.exchange(CommandApdu(0x80, 0xB4, 0, extension.sfi << 3, asked, 256))
    return response.data[:-4] if response.ok else None


def _update_mac_unchecked(card: CardLink, sfi: int, record: bytes, atc: bytes, keys: CappKeys) -> None:
    try:
        capp.update(card, sfi, record, atc, keys)
    except TerminatedError as ending:
        if ending.reason != "capp-mac":
            raise


def _opens_with_zeros(  # noqa: PLR0913, PLR0917  as `capp.append`
    card: CardLink, sfi: int, record: bytes, key: bytes, atc: bytes, opening: CappKeys
) -> None:
    capp.append(card, sfi, record, bytes(len(key)), atc, opening)


def _silent_about_loss(result: Result) -> tuple[str, str | None]:
    shown = conforming.signal(result)
    return ("declined", None) if shown[0] == "present-again" else shown


DEFECTS = (
    Defect(
        id="pos-does-not-ask-again",
        clause="PB-7.5",
        kills="COR-CLS-140",
        finding="indication-missing",
        device=DEVICE,
        replaces="signal",
        rule=Rule("PB-7.7", _silent_about_loss),
        purpose="Shows a refusal to a cardholder whose card left too early.",
    ),
    Defect(
        id="pos-tap-online-declines",
        clause="PB-7.4",
        kills="COR-CLS-180",
        finding="outcome-differs",
        device=DEVICE,
        replaces="contactless.approved_online",
        rule=Rule("PB-7.4", _never_approved),
        purpose="Declines a card in its field whatever the issuer answers.",
    ),
    Defect(
        id="pos-tap-online-approves",
        clause="PB-7.4",
        kills="COR-CLS-190",
        finding="outcome-differs",
        device=DEVICE,
        replaces="contactless.approved_online",
        rule=Rule("PB-7.4", _always_approved),
        purpose="Approves a card in its field whatever the issuer answers.",
    ),
    Defect(
        id="pos-tap-last-application",
        clause="PB-1",
        kills="COR-CLS-200",
        finding="value-differs",
        device=DEVICE,
        replaces="contactless.choose",
        rule=Rule("PB-1", _last_listed),
        purpose="Takes the last application of the PPSE, whatever their priorities.",
    ),
    Defect(
        id="pos-torn-tap-pays-twice",
        clause="PB-7.5",
        kills="COR-CLS-210",
        finding="command-sent",
        device=DEVICE,
        replaces="contactless.committed",
        rule=Rule("PB-7.5", _never_committed),
        purpose="Takes a card that returns for one that never paid.",
    ),
    Defect(
        id="pos-forgets-lost-tap",
        clause="PB-7.5",
        kills="COR-CLS-220",
        finding="command-not-sent",
        device=DEVICE,
        replaces="keeps_order",
        rule=Rule("TR-05a", _forgets_order),
        purpose="Forgets the sale of a card that left too early.",
    ),
    Defect(
        id="pos-torn-tap-never-expires",
        clause="TR-06",
        kills="COR-CLS-230",
        finding="record-count-differs",
        device=DEVICE,
        replaces="torn_expired",
        rule=Rule("TR-06", _never_expires),
        purpose="Lets a torn sale wait for ever.",
    ),
    Defect(
        id="pos-torn-segment-unproved",
        clause="PB-8.proof",
        kills="COR-EXT-040",
        finding="command-not-sent",
        device=DEVICE,
        replaces="contactless.committed",
        rule=Rule("PB-7.5", _by_balance),
        purpose="Judges a torn segment by the balance alone.",
    ),
    Defect(
        id="pos-zeros-prove-nothing",
        clause="PB-8.proof",
        kills="COR-EXT-050",
        finding="command-sent",
        device=DEVICE,
        replaces="contactless.committed",
        rule=Rule("PB-7.5", _zeros_prove_nothing),
        purpose="Takes the proof of a pre-authorisation for none.",
    ),
    Defect(
        id="pos-record-mac-unchecked",
        clause="PB-8.read",
        kills="COR-EXT-060",
        finding="command-sent",
        device=DEVICE,
        replaces="contactless.capp_read",
        rule=Rule("PB-8", _record_mac_unchecked),
        purpose="Does not look at the MAC behind a record.",
    ),
    Defect(
        id="pos-update-mac-unchecked",
        clause="PB-8.rmac",
        kills="COR-EXT-070",
        finding="record-unexpected",
        device=DEVICE,
        replaces="contactless.capp_update",
        rule=Rule("PB-8", _update_mac_unchecked),
        purpose="Does not look at the MAC that answers an update.",
    ),
    Defect(
        id="pos-opens-with-zeros",
        clause="PB-8.append",
        kills="COR-EXT-080",
        finding="outcome-differs",
        device=DEVICE,
        replaces="append",
        rule=Rule("PB-8", _opens_with_zeros),
        purpose="Gives the records that it opens a key of zeros.",
    ),
)
