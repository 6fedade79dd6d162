"""Scenic gate: the balance does not cover the group."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOU-GAT-050",
    revision=1,
    purpose="The gate refuses a group whose total exceeds the card's balance as a whole: no debit, no sale record, no passage.",
    refs=["AFC acceptance practice", "JR/T 0025.13-2018"],
    sources=["SC-05"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.GATE",
    needs=("O2", "O5", "O6", "O9"),
)
def group_beyond_the_balance_is_refused(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="100.00")

    with run.preamble("Adult 20.00"):
        terminal.ready()
        terminal.gate.admit(prices={"adult": "20.00"})

    with run.step("Key in 6 people and tap a card that covers 5"):
        expect.accepted(terminal.gate.group("6"), what="number of people", ref="AFC acceptance practice")
        tap = terminal.tap(card)
        expect.indicated(tap, "declined", ref="AFC acceptance practice")
        expect.no_record(terminal, kind="sale", ref="AFC acceptance practice")
        expect.stays_closed(tap, ref="AFC acceptance practice")
        expect.refused(terminal.gate.walk_through(), what="passage", ref="AFC acceptance practice")
        expect.balance(card, "100.00", ref="JR/T 0025.13-2018")
