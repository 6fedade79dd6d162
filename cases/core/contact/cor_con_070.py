"""Contact, selection: partial names not allowed."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-070",
    revision=1,
    purpose="The terminal finds no application whose name only begins with an AID that it lists without partial selection.",
    refs=["EMV Book 1"],
    sources=["PB-1"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "O2", "card", "capk"),
    control="COR-CON-010",
)
def partial_name_not_allowed(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit")

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept("A0000003330101", partial=False, capabilities="6028C8")

    with run.step("The terminal lists A0000003330101 without partial selection"):
        terminal.pos.sell(card, "10.00")
        expect.outcome(terminal, "terminated", ref="EMV Book 1")
        expect.no_record(terminal, kind="sale", ref="EMV Book 1")
