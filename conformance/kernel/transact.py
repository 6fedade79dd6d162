"""Run one transaction with a card, whatever the card does: a device calls `contact` or `contactless`.

Nothing that a card answers or fails to answer is raised; it ends in the result's outcome. What the bench
fails at (reader gone and the like) is raised as the link's outcome.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.kernel import contact as over_contacts
from conformance.kernel import cvm, qpboc
from conformance.kernel.contact import STANDARD
from conformance.kernel.preprocess import OtherInterfaceError
from conformance.kernel.result import Result
from conformance.kernel.termination import TerminatedError
from conformance.kernel.transaction import Cryptogram, Outcome
from conformance.link.outcomes import CardMute, CardWithdrawn

if TYPE_CHECKING:
    from conformance.kernel.capp import Extension
    from conformance.kernel.contact import ContactRules, Host
    from conformance.kernel.cvm import Cardholder
    from conformance.kernel.qpboc import ContactlessRules, ContactlessTerminal, Tapped
    from conformance.kernel.transaction import ContactTerminal, ContactTransaction, Terms
    from conformance.link.card import CardLink

LOST = (CardMute, CardWithdrawn)


def contact(  # noqa: PLR0913, PLR0917  the parties of a transaction
    card: CardLink,
    terminal: ContactTerminal,
    terms: Terms,
    host: Host,
    holder: Cardholder,
    rules: ContactRules = STANDARD,
) -> Result:
    """One contact transaction from selection to completion (PB-7.7), electronic cash included (PB-7.6).

    `card` has been reset. `host` is asked once, when the card gives an ARQC; it returns None when the issuer
    cannot be reached. `holder` gives PINs, compares documents.
    """
    state: ContactTransaction | None = None
    try:
        state = over_contacts.enter(card, terminal, terms, rules, holder.choice)
        for reached in over_contacts.course(card, state, host, holder, rules):
            state = reached
    except TerminatedError as ending:
        return _of_contact(state, Outcome.TERMINATED, ending.reason, ending.detail)
    except LOST as outcome:
        return _of_contact(state, Outcome.LOST, "card-lost", str(outcome))
    return _of_contact(state)


def contactless(  # noqa: PLR0913, PLR0917  the parties of a transaction
    card: CardLink,
    terminal: ContactlessTerminal,
    terms: Terms,
    host: Host,
    holder: Cardholder,
    rules: ContactlessRules = qpboc.STANDARD,
    extension: Extension | None = None,
) -> Result:
    """One contactless transaction from pre-processing to outcome (PB-7.1 to PB-7.4).

    `card` has been reset. `host` is asked once, where the card or the terminal wants it; None: not reached.
    With an `extension` the amount is what its plan says, and a record is written with the payment (PB-8).
    """
    state: Tapped | None = None
    try:
        for reached in qpboc.course(card, terminal, terms, host, holder, rules, extension):
            state = reached
    except OtherInterfaceError as ending:
        return _of_tap(state, Outcome.OTHER_INTERFACE, ending.reason, ending.detail)
    except TerminatedError as ending:
        return _of_tap(state, Outcome.TERMINATED, ending.reason, ending.detail)
    except LOST as outcome:
        return _of_tap(state, Outcome.LOST, "card-lost", str(outcome))
    return _of_tap(state)


def resume(
    card: CardLink,
    torn: Tapped,
    host: Host,
    holder: Cardholder,
    rules: ContactlessRules = qpboc.STANDARD,
) -> Result | None:
    """Complete a torn tap with the card that came back; None when it is another, or did not commit (PB-7.5).

    `card` has been reset. Lost again, the tap stays torn.
    """
    state: Tapped = torn
    try:
        for reached in qpboc.resume(card, torn, host, holder, rules):
            state = reached
    except TerminatedError:
        return None
    except LOST as outcome:
        return _of_tap(state, Outcome.LOST, "card-lost", str(outcome))
    return _of_tap(state) if state.outcome is not None else None


def _of_contact(
    state: ContactTransaction | None, ending: Outcome = Outcome.TERMINATED, reason: str = "", detail: str = ""
) -> Result:
    """What a contact transaction came to; an outcome that was reached before the card ended it stands."""
    if state is None:
        return Result(ending, reason=reason, detail=detail)
    return Result(
        outcome=state.outcome or ending,
        values=state.values,
        tvr=state.tvr,
        tsi=state.tsi,
        cryptograms=state.cryptograms,
        path=state.path,
        electronic_cash=state.cash is not None,
        signature=cvm.needs_signature(state),
        script_results=state.script_results,
        issuer=state.online,
        issuer_approved=state.online is not None and state.online.response_code in state.terminal.approving,
        reason=reason,
        detail=detail,
    )


def _of_tap(
    state: Tapped | None, ending: Outcome = Outcome.TERMINATED, reason: str = "", detail: str = ""
) -> Result:
    """What a contactless transaction came to."""
    if state is None:
        return Result(ending, reason=reason, detail=detail, contactless=True)
    if state.over_contact is not None:
        return replace(_of_contact(state.over_contact, ending, reason, detail), contactless=True)
    terminal = state.terminal.base
    return Result(
        outcome=state.outcome or ending,
        values=state.values,
        cryptograms=state.cryptograms,
        path=state.path,
        contactless=True,
        electronic_cash=Cryptogram.TC in state.cryptograms,
        signature=state.signature,
        issuer=state.online,
        issuer_approved=state.online is not None and state.online.response_code in terminal.approving,
        reason=reason or state.reason,
        detail=detail,
        torn=state if state.torn else None,
    )
