"""Contact, TVR B4b8: floor limit reached."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-280",
    revision=1,
    purpose="The terminal sets B4b8 of the TVR when the amount reaches the floor limit.",
    refs=["EMV Book 3"],
    sources=["PB-4.2", "PB-7.7"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "O2", "card", "capk"),
)
def floor_limit(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit")

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(floor_limit="10.00", capabilities="6028C8")

    with run.step("10.00 is paid with a floor limit of 10.00"):
        terminal.pos.sell(card, "10.00")
        expect.tvr(terminal, "floor_limit", ref="EMV Book 3")
