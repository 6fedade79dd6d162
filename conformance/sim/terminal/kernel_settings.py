"""From what a terminal was told to what its kernel works with, for any device that runs `kernel.transact`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.codec.bits import Ttq, Tvr
from conformance.codec.tags import Tag
from conformance.crypto.sm2_keys import Sm2PublicKey
from conformance.kernel.preprocess import Limits
from conformance.kernel.qpboc import ContactlessTerminal
from conformance.kernel.select import UNIONPAY
from conformance.kernel.transaction import (
    ActionCodes,
    Capability,
    ContactTerminal,
    RandomSelection,
    SupportedAid,
)
from conformance.model.terminal import PosTerms

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random
    from typing import TypeAlias

    from conformance.kernel.sm import SmCaKeys
    from conformance.model.terminal import AcceptedApplication, SmCapk
    from conformance.sim.terminal.chassis import Chassis

    Referral: TypeAlias = Callable[[bytes], bool]

_NO_FLOOR = 0xFFFF_FFFF  # a terminal that was told no floor limit checks none


def _refused(_code: bytes) -> bool:
    return False


def contact_terminal(chassis: Chassis, random: Random, referral: Referral = _refused) -> ContactTerminal:
    """The kernel's terminal for contacts, by the parameters in force."""
    loaded = chassis.parameters
    terms = loaded.pos or PosTerms()
    selection = RandomSelection(terms.threshold, terms.target, terms.maximum)
    return ContactTerminal(
        aids=_aids(loaded.applications or ()),
        ca_keys=chassis.ca_keys,
        sm_ca_keys=_sm_keys(loaded.sm_capks or ()),
        unpredictable=lambda: random.randbytes(4),
        draw=lambda: random.randint(1, 99),
        listed=lambda pan, _psn: pan in chassis.blacklist,
        type=terms.type,
        capabilities=Capability(int.from_bytes(terms.capabilities, "big")),
        country=terms.country,
        currency=terms.currency,
        floor_limit=_NO_FLOOR,
        random=selection,
        default_ddol=terms.default_ddol,
        default_tdol=terms.default_tdol,
        referral=referral,
        electronic_cash=terms.electronic_cash,
        cash_limit=terms.cash_limit,
        values={Tag.MERCHANT_NAME: b"MERCHANT".ljust(20)},
    )


def contactless_terminal(
    chassis: Chassis, random: Random, referral: Referral = _refused
) -> ContactlessTerminal:
    """The kernel's terminal for the field; the first application's limits hold before a card is read."""
    loaded = chassis.parameters
    terms = loaded.pos or PosTerms()
    limits = Limits()
    for first in (loaded.applications or ())[:1]:
        limits = Limits(first.transaction_limit, first.cvm_limit, first.floor_limit)
    if loaded.transaction_limit is not None:
        limits = replace(limits, transaction=loaded.transaction_limit)
    return ContactlessTerminal(
        base=contact_terminal(chassis, random, referral),
        ttq=Ttq.from_bytes(terms.ttq),
        limits=limits,
        extended_application=terms.extended_application,
        status_check=terms.status_check,
    )


def _aids(applications: Sequence[AcceptedApplication]) -> tuple[SupportedAid, ...]:
    return tuple(map(_aid, applications)) or (SupportedAid(UNIONPAY),)


def _aid(told: AcceptedApplication) -> SupportedAid:
    codes = (Tvr.from_bytes(each) for each in (told.tac_denial, told.tac_online, told.tac_default))
    return SupportedAid(told.aid, told.partial, ActionCodes(*codes), told.floor_limit)


def _sm_keys(capks: Sequence[SmCapk]) -> SmCaKeys:
    return {(each.rid, each.index): Sm2PublicKey.decode(each.point) for each in capks}
