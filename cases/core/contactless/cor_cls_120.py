"""Contactless: GPO answered with 6985."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CLS-120",
    revision=1,
    purpose="The terminal tries no other application of the card when GET PROCESSING OPTIONS is answered with 6985.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-7.2"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC",
    needs=("O1", "O2", "card", "capk"),
    control="COR-CLS-010",
)
def refused_options_end(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("several-applications", probe="credit-refuses-gpo")

    with run.preamble("Terminal idle on 4 May 2026, its field off"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(ttq="26000080")

    with run.step("Credit, the first application, answers 6985"):
        terminal.pos.sell(card, "10.00", interface="contactless")
        expect.outcome(terminal, "terminated", ref="JR/T 0025.12-2018")
        expect.no_record(terminal, kind="sale", ref="JR/T 0025.12-2018")
