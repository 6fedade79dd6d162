"""Toll, exit: the journal has no room."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOL-EXT-080",
    revision=1,
    purpose="The lane takes nothing from a card that it cannot journal, and its barrier rises for no success without a stored record.",
    refs=["Expressway toll practice", "JR/T 0025.13-2018"],
    sources=["HW-08"],
    applies_if="TERMINAL.TOLL_LANE and TERMINAL.CONTACTLESS and TERMINAL.EC",
    needs=("O2", "O6", "O9", "storage"),
)
def no_record_no_passage(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="100.00")

    with run.preamble("Toll 35.00; a vehicle stands in the lane and its pass card is read"):
        terminal.ready(date="2026-07-01")
        terminal.lane.open(tolls={1: "35.00"})
        terminal.lane.arrive("贵G00001")
        terminal.tap(sim.toll_card(entered="2026-07-01T07:00:00", pass_card=True))
        terminal.disturb("store-full", room=0)

    with run.step("Tap a card that holds 100.00"):
        terminal.tap(card)
        expect.balance(card, "100.00", ref="JR/T 0025.13-2018")
        expect.barrier_down(terminal, ref="Expressway toll practice")

    with run.step("The driver offers cash"):
        terminal.lane.pay_cash()
        expect.no_record(terminal, kind="sale", ref="Expressway toll practice")
        expect.barrier_down(terminal, ref="Expressway toll practice")
