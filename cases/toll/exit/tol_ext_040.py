"""Toll, exit: the balance does not cover the toll."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOL-EXT-040",
    revision=1,
    purpose="The lane declines a card whose balance does not cover the toll, keeps the barrier down, and lets the same vehicle pay in cash.",
    refs=["Expressway toll practice", "JR/T 0025.13-2018"],
    sources=["HW-04"],
    applies_if="TERMINAL.TOLL_LANE and TERMINAL.CONTACTLESS and TERMINAL.EC",
    needs=("O1", "O2", "O5", "O6", "O9"),
)
def an_empty_card_leaves_the_vehicle_to_pay(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="10.00")

    with run.preamble("Toll 35.00; a vehicle stands in the lane and its pass card is read"):
        terminal.ready(date="2026-07-01")
        terminal.lane.open(tolls={1: "35.00"})
        terminal.lane.arrive("贵G00001")
        terminal.tap(sim.toll_card(entered="2026-07-01T07:00:00", pass_card=True))

    with run.step("Tap a card that holds 10.00"):
        tap = terminal.tap(card)
        expect.no_record(terminal, kind="sale", ref="Expressway toll practice")
        expect.indicated(tap, "declined", ref="Expressway toll practice")
        expect.balance(card, "10.00", ref="JR/T 0025.13-2018")
        expect.barrier_down(terminal, ref="Expressway toll practice")

    with run.step("The driver pays in cash"):
        expect.accepted(terminal.lane.pay_cash(), what="cash", ref="Expressway toll practice")
        expect.one_record(terminal, kind="sale", amount="35.00", ref="Expressway toll practice")
        expect.record_detail(terminal, "vehicle", "1", kind="sale", ref="Expressway toll practice")
        expect.barrier_raised(terminal, ref="Expressway toll practice")
