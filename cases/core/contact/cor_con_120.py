"""Contact, TVR B1b7: forged static data."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-120",
    revision=1,
    purpose="The terminal sets B1b7 of the TVR when the signed static data do not verify.",
    refs=["EMV Book 2"],
    sources=["PB-4.2", "PB-6.1"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "O2", "card", "capk"),
)
def sda_failed(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("static-authentication", probe="static-data-forged")

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(capabilities="6028C8")

    with run.step("One bit of 93 is turned"):
        terminal.pos.sell(card, "10.00")
        expect.tvr(terminal, "sda_failed", ref="EMV Book 2")
