"""Contact, TVR B4b4: forced online."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-320",
    revision=1,
    purpose="The terminal sets B4b4 of the TVR when the merchant wants the transaction online.",
    refs=["EMV Book 4"],
    sources=["PB-4.2", "PB-7.7"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "O2", "card", "capk"),
)
def merchant_forced(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit")

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(capabilities="6028C8")

    with run.step("The merchant forces the sale online"):
        terminal.pos.sell(card, "10.00", forced_online="yes")
        expect.tvr(terminal, "merchant_forced", ref="EMV Book 4")
