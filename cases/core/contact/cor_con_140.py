"""Contact, TVR B1b5: card in the exception file."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-140",
    revision=1,
    purpose="The terminal sets B1b5 of the TVR when the card is in its exception file.",
    refs=["EMV Book 4"],
    sources=["PB-4.2", "PB-7.7"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "O2", "card", "capk"),
)
def exception_file(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit")

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(capabilities="6028C8")
        terminal.load_blacklist("6210948000000011", version=2)

    with run.step("The card's PAN is on the blacklist"):
        terminal.pos.sell(card, "10.00")
        expect.tvr(terminal, "exception_file", ref="EMV Book 4")
