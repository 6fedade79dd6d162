"""The transaction log and the load log over contacts (PB-3.1, PB-3.2, PB-11.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec.dol import Dol
from conformance.codec.tags import Tag
from conformance.codec.values import to_bcd
from conformance.crypto.des import retail_mac
from conformance.crypto.keys import session_key
from conformance.sim.card.state import LOG_RECORDS

if TYPE_CHECKING:
    from conformance.sim.card.purse import Purse
    from conformance.sim.card.state import Application, ContactTransaction

_MAC_LENGTH = 4


def contact_log(application: Application, transaction: ContactTransaction) -> None:
    """A TC is logged: the values that 9F4F lists, from the terminal, then the card, else zeros (PB-11.3)."""
    values = {**application.elements, **transaction.values, Tag.ATC: transaction.atc}
    _keep(application.memory.log, application.image.log_format.fill(values))


def load_log(application: Application, transaction: ContactTransaction, purse: Purse, before: int) -> None:
    """A load is logged: tag, balance before and after, and the values that DF4F lists (PB-11.3)."""
    if application.image.load_log_sfi is None:
        return
    elements, memory = application.elements, application.memory
    listed = Dol.parse(elements.get(Tag.LOAD_LOG_FORMAT, b""))
    values = {**elements, **transaction.pdol}
    for asked in reversed(transaction.asked):
        values |= asked
    balances = to_bcd(before, 6) + to_bcd(memory.held(purse), 6)
    tag = purse.balance.to_bytes(2, "big")
    _keep(memory.load_log, tag + balances + listed.fill({**values, Tag.ATC: transaction.atc}))


def load_log_signed(application: Application) -> bytes:
    """All loads at once: ATC, their number, the records, and a MAC of four bytes over it all (PB-3.2).

    That the MAC covers everything before it, and nothing else, is inferred.
    """
    memory = application.memory
    atc = memory.atc.to_bytes(2, "big")
    content = atc + bytes((len(memory.load_log),)) + b"".join(memory.load_log)
    return content + retail_mac(session_key(application.image.keys.mac, memory.atc), content)[:_MAC_LENGTH]


def _keep(log: list[bytes], record: bytes) -> None:
    """The newest is record 1, the eleventh is gone."""
    log.insert(0, record)
    del log[LOG_RECORDS:]
