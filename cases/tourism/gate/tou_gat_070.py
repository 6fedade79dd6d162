"""Scenic gate: visitors leave."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOU-GAT-070",
    revision=1,
    purpose="The gate lets a visitor out without a debit when it finds the entry, and charges one without an entry.",
    refs=["AFC acceptance practice", "JR/T 0025.13-2018"],
    sources=["SC-07", "PB-7.5"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.GATE",
    needs=("O2", "O6", "O9"),
)
def leaving_is_free_for_who_came_in(terminal: Terminal, run: CaseRun) -> None:
    inside = sim.card("electronic-cash", balance="90.00", pan="6210948000000011")
    stranger = sim.card("electronic-cash", balance="90.00", pan="6210948000000029")

    with run.preamble("Adult 20.00; one visitor came in by the lane, which now leads out"):
        terminal.ready()
        terminal.gate.admit(prices={"adult": "20.00"})
        terminal.tap(inside)
        terminal.gate.admit(prices={"adult": "20.00"}, direction="out")

    with run.step("The visitor leaves"):
        out = terminal.tap(inside, after=60)
        expect.opened(out, ref="AFC acceptance practice")
        expect.record_count(terminal, 1, kind="exit", ref="AFC acceptance practice")
        expect.balance(inside, "70.00", ref="JR/T 0025.13-2018")

    with run.step("A card without an entry leaves"):
        terminal.tap(stranger, after=60)
        expect.record_count(terminal, 2, kind="sale", ref="AFC acceptance practice")
        expect.balance(stranger, "70.00", ref="JR/T 0025.13-2018")
