"""Contact, selection: GPO answered with 6985."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-050",
    revision=1,
    purpose="The terminal removes an application that answers GET PROCESSING OPTIONS with 6985 from the candidate list, and takes the next.",
    refs=["EMV Book 1"],
    sources=["PB-7.2"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "O2", "card", "capk"),
)
def refused_options_reselect(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("several-applications", probe="credit-refuses-gpo")

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(electronic_cash=False, capabilities="6028C8")

    with run.step("Credit answers GET PROCESSING OPTIONS with 6985"):
        terminal.pos.sell(card, "10.00")
        expect.recorded(terminal, "aid", "A000000333010101", ref="EMV Book 1")
        expect.outcome(terminal, "offline approved", ref="EMV Book 1")
