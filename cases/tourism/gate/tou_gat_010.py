"""Scenic gate: one visitor pays and goes in."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOU-GAT-010",
    revision=1,
    purpose="The gate debits the price of the chosen class of ticket once, opens for one passage after the record is stored, and locks behind the visitor.",
    refs=["AFC acceptance practice", "安府办发〔2014〕33号 二(二)", "JR/T 0025.13-2018"],
    sources=["SC-01", "SC-15"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.GATE",
    needs=("O2", "O5", "O6", "O9"),
)
def one_visitor_pays_and_goes_in(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="90.00")

    with run.preamble("Adult 50.00, child 25.00, lane locked"):
        terminal.ready()
        terminal.gate.admit(prices={"adult": "50.00", "child": "25.00"})

    with run.step("Key in a child's ticket and tap"):
        expect.accepted(terminal.gate.choose("child"), what="class of ticket", ref="AFC acceptance practice")
        tap = terminal.tap(card)
        expect.one_record(terminal, kind="sale", amount="25.00", ref="AFC acceptance practice")
        expect.stored_before_shown(terminal, tap, ref="AFC acceptance practice")
        expect.opened(tap, ref="安府办发〔2014〕33号 二(二)")
        expect.balance(card, "65.00", ref="JR/T 0025.13-2018")

    with run.step("One person goes through, a second one tries"):
        expect.accepted(terminal.gate.walk_through(), what="passage", ref="AFC acceptance practice")
        expect.refused(terminal.gate.walk_through(), what="passage", ref="AFC acceptance practice")
