"""One qPBOC transaction, in stages: a terminal decides between them, a card can be tested at each.

Stages: enter (PPSE, SELECT), initiate (GPO), read_before_last, decisions, read_last, authenticate. The card
commits when its last record is read (PB-7.5).
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from conformance.codec.tags import Tag
from conformance.kernel import oda, sm
from conformance.kernel.initiate import CardDecision, initiate
from conformance.kernel.read import merged, read_record, static_data
from conformance.kernel.select import UNIONPAY, choose, read_directory, select_application
from conformance.kernel.termination import TerminatedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from conformance.codec.afl import Afl
    from conformance.kernel.initiate import Initiated, Purchase
    from conformance.kernel.oda import CaKeys
    from conformance.kernel.read import Record
    from conformance.kernel.select import Application, Candidate
    from conformance.kernel.sm import SmCaKeys
    from conformance.link.card import CardLink


_NO_SM_KEYS: SmCaKeys = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Transaction:
    """A transaction with the records read so far. `values` holds all objects that the card gave, by tag."""

    initiated: Initiated
    records: tuple[Record, ...]
    values: Mapping[int, bytes]

    @property
    def last_place(self) -> tuple[int, int]:
        """SFI and number of the last AFL record."""
        return _afl(self.initiated).last

    @property
    def static_data(self) -> bytes:
        """What the ICC certificate covers besides the key."""
        signed = {(sfi, number) for sfi, number, is_signed in _afl(self.initiated).records() if is_signed}
        return static_data([each for each in self.records if (each.sfi, each.number) in signed], self.values)

    def with_record(self, record: Record) -> Transaction:
        """The same with one record more."""
        return Transaction(self.initiated, (*self.records, record), merged(self.values, [record]))


def enter(
    card: CardLink,
    supported: Sequence[bytes] = (UNIONPAY,),
    choice: Callable[[Sequence[Candidate], Sequence[bytes]], Candidate | None] = choose,
) -> Application:
    """PPSE and SELECT of the chosen application; terminates with "no-application" without a mutual one."""
    candidate = choice(read_directory(card), supported)
    if candidate is None:
        raise TerminatedError("no-application")
    return select_application(card, candidate.aid)


def read_before_last(card: CardLink, initiated: Initiated) -> Transaction:
    """Every record of the AFL but the last: up to here a card that leaves rolls back (PB-7.5)."""
    *before, _ = _afl(initiated).records()
    records = tuple(read_record(card, sfi, number) for sfi, number, _ in before)
    return Transaction(initiated, records, merged(initiated.values, records))


def read_last(card: CardLink, transaction: Transaction) -> Transaction:
    """The last record of the AFL: the card commits. After SELECT alone, it recovers a lost answer."""
    return transaction.with_record(read_record(card, *transaction.last_place))


def authenticate(
    transaction: Transaction, ca_keys: CaKeys, today: date, sm_ca_keys: SmCaKeys = _NO_SM_KEYS
) -> None:
    """Verify the certificates and the fDDA signature, of RSA or SM2 (PB-6.2, PB-6.3).

    Raises CertificateError when one does not hold, terminates when there is nothing to verify it with.
    """
    initiated, values = transaction.initiated, transaction.values
    rid = initiated.application.rid
    if sm.is_sm(values, sm_ca_keys):
        oda.require(values, sm.NEEDED)
        sm_key = oda.ca_key_for(rid, values, sm_ca_keys)
        signed = oda.signed_terminal_data(
            initiated.purchase, values.get(Tag.CARD_AUTHENTICATION_RELATED_DATA)
        )
        sm.verify_fdda(values, transaction.static_data, initiated.pan, signed, sm_key, today)
        return
    oda.require(values)
    ca_key = oda.ca_key_for(rid, values, ca_keys)
    icc_key = oda.icc_key(values, transaction.static_data, initiated.pan, ca_key, today)
    oda.verify_signature(icc_key, initiated.purchase, values)


def purchase(
    card: CardLink,
    terms: Purchase,
    ca_keys: CaKeys,
    *,
    before_last: Callable[[Transaction], None] | None = None,
) -> Transaction:
    """A whole purchase, from PPSE to verified fDDA, for a card that is to answer with a TC.

    `before_last` is called between GPO and the last record, where stopping by an exception costs nothing.
    """
    initiated = initiate(card, enter(card), terms)
    if initiated.decision is not CardDecision.TC:
        raise TerminatedError("not-approved", initiated.decision.name)
    transaction = read_before_last(card, initiated)
    if before_last is not None:
        before_last(transaction)
    transaction = read_last(card, transaction)
    authenticate(transaction, ca_keys, terms.when.date())
    return transaction


def place_of_pan(transaction: Transaction) -> tuple[int, int] | None:
    """SFI and number of the record that holds 5A, if one does."""
    return next(((each.sfi, each.number) for each in transaction.records if Tag.PAN in each.values), None)


def _afl(initiated: Initiated) -> Afl:
    if initiated.afl is None:
        raise TerminatedError("afl-missing", initiated.decision.name)
    return initiated.afl
