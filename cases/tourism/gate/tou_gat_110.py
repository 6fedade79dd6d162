"""Scenic gate: the lane is jammed after the debit."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOU-GAT-110",
    revision=1,
    purpose="The gate keeps a paid passage that a jam withheld for the card that paid, and grants it without a second debit.",
    refs=["AFC acceptance practice", "JR/T 0025.13-2018"],
    sources=["SC-11", "PB-7.5"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.GATE",
    needs=("O2", "O5", "O6", "O9", "actuator"),
)
def a_withheld_passage_is_kept_for_its_card(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="90.00")

    with run.preamble("Adult 20.00, the lane jammed"):
        terminal.ready()
        terminal.gate.admit(prices={"adult": "20.00"}, credit_s=run.count("passage_credit"))
        terminal.disturb("actuator-jam")

    with run.step("Tap"):
        jammed = terminal.tap(card)
        expect.stays_closed(jammed, ref="AFC acceptance practice")
        expect.one_record(terminal, kind="sale", amount="20.00", ref="AFC acceptance practice")

    with run.step("The lane is freed, and the card returns in time"):
        terminal.disturb("actuator-free")
        again = terminal.tap(card, after=run.parameter("passage_credit") / 2)
        expect.opened(again, ref="AFC acceptance practice")
        expect.record_count(terminal, 1, kind="sale", ref="AFC acceptance practice")
        expect.balance(card, "70.00", ref="JR/T 0025.13-2018")
