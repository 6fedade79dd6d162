"""Contact, reading: a mandatory object is missing."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-090",
    revision=1,
    purpose="The terminal ends the transaction without a cryptogram when 5F24 is in no record.",
    refs=["EMV Book 3"],
    sources=["PB-7.7"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "O2", "card", "capk"),
    control="COR-CON-010",
)
def mandatory_object_missing(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit", elements={0x5F24: None})

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(capabilities="6028C8")

    with run.step("No record holds the expiration date"):
        dialogue = terminal.pos.sell(card, "10.00")
        expect.outcome(terminal, "terminated", ref="EMV Book 3")
        expect.requested(dialogue, ref="EMV Book 3")
