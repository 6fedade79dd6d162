"""Contact, TVR B2b7: application expired."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-180",
    revision=1,
    purpose="The terminal sets B2b7 of the TVR when 5F24 lies before the day of the transaction.",
    refs=["EMV Book 3"],
    sources=["PB-4.2", "PB-7.7"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "O2", "card", "capk"),
)
def expired(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit", expires="260503")

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(capabilities="6028C8")

    with run.step("5F24 is the day before"):
        terminal.pos.sell(card, "10.00")
        expect.tvr(terminal, "expired", ref="EMV Book 3")
