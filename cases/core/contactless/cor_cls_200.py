"""Contactless, selection: the application of highest priority."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CLS-200",
    revision=1,
    purpose="The terminal takes the application of the PPSE with the highest priority among those that it accepts.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-1"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC",
    needs=("O1", "O2", "card", "capk"),
)
def highest_priority_in_field(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("several-applications")

    with run.preamble("Terminal idle on 4 May 2026, its field off"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept()

    with run.step("The PPSE lists credit, then debit"):
        terminal.pos.sell(card, "10.00", interface="contactless")
        expect.recorded(terminal, "aid", "A000000333010102", ref="JR/T 0025.12-2018")
