"""Contact, TVR B4b5: selected by chance."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-310",
    revision=1,
    purpose="The terminal sets B4b5 of the TVR when chance selects the transaction.",
    refs=["EMV Book 3"],
    sources=["PB-4.2", "PB-7.7"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "O2", "card", "capk"),
)
def random_selection(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit")

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(threshold="100.00", target=99, maximum=99, capabilities="6028C8")

    with run.step("99 of 100 amounts below 100.00 are selected"):
        terminal.pos.sell(card, "10.00")
        expect.tvr(terminal, "random_selection", ref="EMV Book 3")
