"""Scenic gate: the card is tapped twice in a row."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOU-GAT-090",
    revision=1,
    purpose="The gate debits a card once and grants one passage when it is tapped twice in a row on one lane.",
    refs=["AFC acceptance practice", "JR/T 0025.13-2018"],
    sources=["SC-09"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.GATE and TERMINAL.ANTI_PASSBACK",
    needs=("O2", "O5", "O6", "O9"),
)
def a_card_held_too_long_pays_once(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="90.00")

    with run.preamble("Adult 20.00, lane locked"):
        terminal.ready(anti_passback=run.parameter("anti_passback"))
        terminal.gate.admit(prices={"adult": "20.00"})

    with run.step("Tap twice in a row"):
        terminal.tap(card)
        second = terminal.tap(card)
        expect.indicated(second, "do-not-repeat", ref="AFC acceptance practice")
        expect.record_count(terminal, 1, kind="sale", ref="AFC acceptance practice")
        expect.balance(card, "70.00", ref="JR/T 0025.13-2018")

    with run.step("Two people try to go through"):
        expect.accepted(terminal.gate.walk_through(), what="passage", ref="AFC acceptance practice")
        expect.refused(terminal.gate.walk_through(), what="passage", ref="AFC acceptance practice")
