"""Scenic gate: there is no room for a record."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOU-GAT-120",
    revision=1,
    purpose="The gate sells nothing and stays locked when it cannot store a record.",
    refs=["AFC acceptance practice", "JR/T 0025.13-2018"],
    sources=["SC-12"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.GATE",
    needs=("O2", "O6", "O9", "storage"),
)
def without_a_record_nothing_opens(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="90.00")

    with run.preamble("Adult 20.00, the record store full"):
        terminal.ready()
        terminal.gate.admit(prices={"adult": "20.00"})
        terminal.disturb("store-full", room=0)

    with run.step("Tap"):
        tap = terminal.tap(card)
        expect.balance(card, "90.00", ref="JR/T 0025.13-2018")
        expect.stays_closed(tap, ref="AFC acceptance practice")
        expect.no_record(terminal, kind="sale", ref="AFC acceptance practice")
        expect.indicated(tap, "declined", ref="AFC acceptance practice")
