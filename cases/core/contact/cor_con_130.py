"""Contact, TVR B1b6: no CVM list."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-130",
    revision=1,
    purpose="The terminal sets B1b6 of the TVR when the card supports cardholder verification and has no CVM list.",
    refs=["EMV Book 3"],
    sources=["PB-4.2", "PB-7.7"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "O2", "card", "capk"),
)
def icc_data_missing(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit", elements={0x8E: None})

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(capabilities="6028C8")

    with run.step("No record holds 8E"):
        terminal.pos.sell(card, "10.00")
        expect.tvr(terminal, "icc_data_missing", ref="EMV Book 3")
