"""Contact, selection: the application of highest priority."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-030",
    revision=1,
    purpose="The terminal takes the application of highest priority when the cardholder does not choose.",
    refs=["EMV Book 1"],
    sources=["PB-1"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "O2", "card", "capk"),
)
def highest_priority(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("several-applications")

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(electronic_cash=False, capabilities="6028C8")

    with run.step("The card lists credit before debit; nobody chooses"):
        terminal.pos.sell(card, "10.00")
        expect.recorded(terminal, "aid", "A000000333010102", ref="EMV Book 1")
