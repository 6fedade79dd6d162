"""Contact, selection: a blocked application."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-060",
    revision=1,
    purpose="The terminal passes over an application that answers SELECT with 6283.",
    refs=["EMV Book 1"],
    sources=["PB-2"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "O2", "card", "capk"),
)
def blocked_application_passed_over(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("several-applications", probe="credit-blocked")

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(electronic_cash=False, capabilities="6028C8")

    with run.step("Credit answers SELECT with 6283"):
        terminal.pos.sell(card, "10.00")
        expect.recorded(terminal, "aid", "A000000333010101", ref="EMV Book 1")
        expect.outcome(terminal, "offline approved", ref="EMV Book 1")
