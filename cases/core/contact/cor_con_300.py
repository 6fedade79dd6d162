"""Contact, TVR B4b6: upper offline limit."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-300",
    revision=1,
    purpose="The terminal sets B4b6 of the TVR when the card paid offline more often in a row than 9F23 allows.",
    refs=["EMV Book 3"],
    sources=["PB-4.2", "PB-7.7"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "O2", "card", "capk"),
)
def upper_offline_limit(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit", elements={0x9F14: b"\0", 0x9F23: b"\0"})

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(capabilities="6028C8")

    with run.step("9F14 and 9F23 are 00"):
        terminal.pos.sell(card, "10.00")
        expect.tvr(terminal, "upper_offline_limit", "lower_offline_limit", ref="EMV Book 3")
