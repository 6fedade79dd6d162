"""Contact, TVR B2b6: application not yet effective."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-190",
    revision=1,
    purpose="The terminal sets B2b6 of the TVR when 5F25 lies after the day of the transaction.",
    refs=["EMV Book 3"],
    sources=["PB-4.2", "PB-7.7"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "O2", "card", "capk"),
)
def not_yet_effective(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit", effective="260505")

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(capabilities="6028C8")

    with run.step("5F25 is the day after"):
        terminal.pos.sell(card, "10.00")
        expect.tvr(terminal, "not_yet_effective", ref="EMV Book 3")
