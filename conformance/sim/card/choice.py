"""Which way a transaction takes, and which electronic cash pays: chosen at GPO (PB-6.3, PB-7.2, PB-7.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec import tlv
from conformance.codec.bits import CardProcessing, Ttq
from conformance.codec.tags import Tag
from conformance.sim.card.purse import SECOND, purse_of
from conformance.sim.card.state import CONDITIONS_NOT_SATISFIED, Interface, Refused, fen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.sim.card.paths import Path, Paths
    from conformance.sim.card.purse import Purse
    from conformance.sim.card.rules import CardRules
    from conformance.sim.card.state import Application

_SUPPORTED = b"\x01"


def sm_chosen(values: Mapping[int, bytes]) -> bool:
    """The terminal supports SM: DF69 is 01 (PB-6.3)."""
    return values.get(Tag.SM_SUPPORT) == _SUPPORTED


def gpo_path(
    rules: CardRules,
    application: Application,
    paths: Paths,
    values: Mapping[int, bytes],
    interface: Interface,
) -> Path:
    """Contactless, TTQ B1b7 asks for debit, credit or cash, and then B1b6 for qPBOC; else 6985 (PB-7.2).

    Over contacts there is no qPBOC. A card without the path that is asked for looks at the next.
    """
    ttq = Ttq.from_bytes(values.get(Tag.TTQ, bytes(4)))
    asked = interface is Interface.CONTACT or Ttq.CONTACTLESS_PBOC in ttq
    purse = rules.purse.apply(application, values)
    if asked and paths.cash and purse and rules.cash_conditions.apply(application, purse, values):
        return paths.cash
    if asked and paths.debit_credit:
        return paths.debit_credit
    if Ttq.QPBOC in ttq and paths.qpboc:
        return paths.qpboc
    raise Refused(CONDITIONS_NOT_SATISFIED)


def format_1(path: Path) -> bytes:
    """80 L AIP AFL, over contacts and contactless alike (PB-7.2)."""
    return tlv.encode(Tag.RESPONSE_TEMPLATE_1, path.aip + path.afl)


def purse(application: Application, values: Mapping[int, bytes]) -> Purse | None:
    """What pays in the transaction's currency: 9F51 the first electronic cash, DF71 the second (PB-7.6)."""
    return purse_of(application.elements, values.get(Tag.TRANSACTION_CURRENCY))


def cash_conditions(application: Application, purse: Purse, values: Mapping[int, bytes]) -> bool:
    """Electronic cash: the terminal asks for it, the card can pay, and its last transaction ended well.

    What fails here is paid as debit or credit (PB-7.6).
    """
    image, memory = application.image, application.memory
    if values.get(Tag.EC_TERMINAL_SUPPORT) != _SUPPORTED:
        return False
    amount, single = fen(values.get(Tag.AMOUNT_AUTHORISED, bytes(6))), image.amount(purse.single)
    affordable = amount <= memory.held(purse) and (single is None or amount <= single)
    return affordable and not (
        memory.issuer_authentication_failed or memory.script_failed or memory.pin_exhausted
    )


def field_purse(application: Application, purse: Purse | None) -> Purse | None:
    """QPBOC pays from the second electronic cash only by the low-value check, 9F68 B1b8 (PB-7.3)."""
    low_value = CardProcessing.LOW_VALUE in application.image.processing
    return None if purse is SECOND and not low_value else purse
