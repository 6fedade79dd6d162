"""What a case does at a point-of-sale terminal besides what every terminal does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.codec.values import fen
from conformance.crypto import sm_authority
from conformance.model.terminal import AcceptedApplication, Operation, Parameters, PosTerms, SmCapk

if TYPE_CHECKING:
    from conformance.link.tear import Tear
    from conformance.model.terminal import Capk
    from conformance.runner.probe import ProbeCard
    from conformance.runner.terminal.door import Dialogue, Door

_UNIONPAY = "A0000003330101"
_AMOUNTS = ("cash_limit", "threshold")
_ACTION_CODES = ("tac_denial", "tac_online", "tac_default")
_LIMITS = ("floor_limit", "transaction_limit", "cvm_limit")


class Pos:
    """A point-of-sale terminal with contacts and field."""

    def __init__(self, door: Door, capks: tuple[Capk, ...]) -> None:
        self._door = door
        self._sm_capks = _demonstration() if any(each.demonstration for each in capks) else ()

    def accept(
        self, *aids: str, partial: bool = True, sm: bool = False, floor_limit: str = "500.00", **told: Any
    ) -> None:
        """Say what the terminal accepts and decides by, all else as delivered.

        `aids` are hexadecimal, without any UnionPay's partial one. Amounts are in yuan: floor_limit,
        transaction_limit, cvm_limit, cash_limit, threshold; bytes in hexadecimal: tac_denial, tac_online,
        tac_default, capabilities, ttq, country, currency, default_ddol, default_tdol; `type` is 9F35.
        `sm` loads the CA key of SM2 too.
        """
        own: dict[str, Any] = {name: fen(told.pop(name)) for name in _LIMITS if name in told}
        own |= {name: bytes.fromhex(told.pop(name)) for name in _ACTION_CODES if name in told}
        own["floor_limit"] = fen(floor_limit)
        accepted = tuple(
            AcceptedApplication(bytes.fromhex(aid), partial, **own) for aid in aids or (_UNIONPAY,)
        )
        terms: dict[str, Any] = {name: fen(told.pop(name)) for name in _AMOUNTS if name in told}
        for name, each in told.items():
            terms[name] = bytes.fromhex(each) if isinstance(each, str) else each
        keys = self._sm_capks if sm else ()
        self._door.load(Parameters(applications=accepted, pos=PosTerms(**terms), sm_capks=keys))

    def sell(
        self,
        card: ProbeCard,
        amount: str,
        *,
        interface: str = "contact",
        withdraw: Tear | None = None,
        **keyed: str,
    ) -> Dialogue:
        """Key in a sale over this amount in yuan, and put the card in, or with "contactless" into the field.

        `keyed` are other arguments of the sale: `pins` ("right wrong"), `type`, `aid`, `other` in fen; and
        "yes" for forced_online, online_only, document, referral.
        """
        self._door.operate(Operation("sale", {"amount": str(fen(amount)), **keyed}))
        return self._door.present(card, withdraw, interface)

    def open_record(self, card: ProbeCard, *, sfi: str, record: str) -> Dialogue:
        """Key in a record for this file of the extended application, and hold the card into the field."""
        self._door.operate(Operation("open", {"sfi": sfi, "record": record}))
        return self._door.present(card, None, "contactless")


def _demonstration() -> tuple[SmCapk, ...]:
    own = sm_authority.demonstration()
    return (SmCapk(own.rid, own.ca_index, own.ca.public.encode(), demonstration=True),)
