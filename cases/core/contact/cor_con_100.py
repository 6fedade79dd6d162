"""Contact, reading: an object twice."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-100",
    revision=1,
    purpose="The terminal ends the transaction without a cryptogram when the card gives an object twice.",
    refs=["JR/T 0025.6"],
    sources=["PB-7.4"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "O2", "card", "capk"),
    control="COR-CON-010",
)
def object_twice(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit", probe="object-twice")

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(capabilities="6028C8")

    with run.step("A record holds 9F07 twice"):
        dialogue = terminal.pos.sell(card, "10.00")
        expect.outcome(terminal, "terminated", ref="JR/T 0025.6")
        expect.requested(dialogue, ref="JR/T 0025.6")
