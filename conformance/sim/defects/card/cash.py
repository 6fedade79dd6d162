"""Defects that the cases of electronic cash over contacts, and of loading it, catch (CRD-ECA-200 on)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec.tags import Tag
from conformance.sim.card import reading, risk
from conformance.sim.card.purse import SECOND
from conformance.sim.card.state import Decision
from conformance.sim.defects.model import Defect
from conformance.sim.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.sim.card.purse import Purse
    from conformance.sim.card.rules import CardRules
    from conformance.sim.card.state import Application, ContactTransaction, Transaction


def _no_debit(application: Application, transaction: ContactTransaction) -> None:  # noqa: ARG001
    return None


def _any_terms(application: Application, transaction: ContactTransaction) -> None:  # noqa: ARG001
    return None


def _whoever_asks(application: Application, purse: Purse, values: Mapping[int, bytes]) -> bool:  # noqa: ARG001
    return values.get(Tag.EC_TERMINAL_SUPPORT) == b"\x01"


def _unlogged(application: Application, transaction: ContactTransaction, purse: Purse, before: int) -> None:  # noqa: ARG001
    return None


def _no_limit(application: Application, tag: int, value: bytes) -> None:  # noqa: ARG001
    return None


def _written_to_the_first(
    rules: CardRules, application: Application, transaction: Transaction, last: bytes
) -> None:
    reading.commit(rules, application, transaction, last)
    if transaction.purse is SECOND:
        application.memory.second_balance += transaction.amount
        application.memory.balance -= transaction.amount


def _second_without_end(application: Application, transaction: Transaction) -> Decision | None:
    if transaction.purse is SECOND and transaction.amount > transaction.balance:
        return Decision.TC
    return risk.amounts(application, transaction)


def _always_the_first(purse: Purse, tag: int) -> int:  # noqa: ARG001
    return tag


DEFECTS = (
    Defect(
        id="cash-without-debit",
        clause="PB-7.6",
        kills="CRD-ECA-200",
        finding="balance-differs",
        device="card",
        replaces="cash_debit",
        rule=Rule("PB-7.6", _no_debit),
        purpose="Gives a TC of electronic cash and takes nothing from the balance.",
    ),
    Defect(
        id="cash-terms-uncompared",
        clause="PB-7.6",
        kills="CRD-ECA-210",
        finding="card-decision-differs",
        device="card",
        replaces="risk_cash_data",
        rule=Rule("PB-7.6", _any_terms),
        purpose="Does not hold what CDOL1 repeats against what the PDOL told.",
    ),
    Defect(
        id="cash-whatever-the-balance",
        clause="PB-7.6",
        kills="CRD-ECA-220",
        finding="value-differs",
        device="card",
        replaces="cash_conditions",
        rule=Rule("PB-7.6", _whoever_asks),
        purpose="Takes any amount as electronic cash where the terminal supports it.",
    ),
    Defect(
        id="load-unlogged",
        clause="PB-11.3",
        kills="CRD-ECA-230",
        finding="status-word-differs",
        device="card",
        replaces="load_log",
        rule=Rule("PB-11.3", _unlogged),
        purpose="Writes no load into the load log.",
    ),
    Defect(
        id="load-without-limit",
        clause="PB-2",
        kills="CRD-ECA-240",
        finding="status-word-differs",
        device="card",
        replaces="put_data_limits",
        rule=Rule("PB-2", _no_limit),
        purpose="Takes a balance above its limit.",
    ),
    Defect(
        id="one-purse-for-both",
        clause="PB-7.5",
        kills="CRD-ECA-250",
        finding="balance-differs",
        device="card",
        replaces="commit",
        rule=Rule("PB-7.5", _written_to_the_first),
        purpose="Pays what is asked in the second currency from the first balance.",
    ),
    Defect(
        id="second-purse-overdrawn",
        clause="PB-7.3",
        kills="CRD-ECA-260",
        finding="card-decision-differs",
        device="card",
        replaces="risk_amounts",
        rule=Rule("PB-7.3", _second_without_end),
        purpose="Pays any amount of the second currency, whatever is held of it.",
    ),
    Defect(
        id="second-balance-untold",
        clause="PB-7.6",
        kills="CRD-ECA-270",
        finding="value-differs",
        device="card",
        replaces="get_data_second_currency",
        rule=Rule("PB-7.6", _always_the_first),
        purpose="Tells the first balance in a transaction of the second currency.",
    ),
)
