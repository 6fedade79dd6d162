"""Contact, selection: a card without a PSE."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-020",
    revision=1,
    purpose="The terminal finds the application of a card without a PSE by its own list of AIDs.",
    refs=["JR/T 0025.6", "EMV Book 1"],
    sources=["PB-1"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "O2", "card", "capk"),
)
def without_pse(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit", probe="without-pse")

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(capabilities="6028C8")

    with run.step("The card answers 6A82 to SELECT of the PSE"):
        terminal.pos.sell(card, "10.00")
        expect.outcome(terminal, "offline approved", ref="JR/T 0025.6")
        expect.recorded(terminal, "aid", "A000000333010101", ref="EMV Book 1")
