"""Scenic gate: the same ticket is used twice."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOU-GAT-080",
    revision=1,
    purpose="The gate refuses a card that came in within the ticket's validity, without a debit and without opening, and admits it again afterwards.",
    refs=["AFC acceptance practice", "JR/T 0025.13-2018"],
    sources=["SC-08"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.GATE",
    needs=("O2", "O5", "O6", "O9"),
)
def a_ticket_admits_once(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="90.00")

    with run.preamble("Adult 20.00, tickets valid for one hour"):
        terminal.ready()
        terminal.gate.admit(prices={"adult": "20.00"}, valid_s=3600)

    with run.step("Go in, and come back after half an hour"):
        expect.opened(terminal.tap(card), ref="AFC acceptance practice")
        expect.accepted(terminal.gate.walk_through(), what="passage", ref="AFC acceptance practice")
        again = terminal.tap(card, after=1800)
        expect.indicated(again, "declined", ref="AFC acceptance practice")
        expect.stays_closed(again, ref="AFC acceptance practice")
        expect.record_count(terminal, 1, kind="sale", ref="AFC acceptance practice")
        expect.balance(card, "70.00", ref="JR/T 0025.13-2018")

    with run.step("Come back when the ticket has run out"):
        later = terminal.tap(card, after=1801)
        expect.opened(later, ref="AFC acceptance practice")
        expect.balance(card, "50.00", ref="JR/T 0025.13-2018")
