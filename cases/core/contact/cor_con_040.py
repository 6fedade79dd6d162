"""Contact, selection: the cardholder chooses."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-040",
    revision=1,
    purpose="The terminal takes the application that the cardholder chooses from the candidate list.",
    refs=["EMV Book 1"],
    sources=["PB-1"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "O2", "card", "capk"),
)
def cardholder_chooses(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("several-applications")

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(electronic_cash=False, capabilities="6028C8")

    with run.step("The cardholder chooses debit"):
        terminal.pos.sell(card, "10.00", aid="A000000333010101")
        expect.recorded(terminal, "aid", "A000000333010101", ref="EMV Book 1")
