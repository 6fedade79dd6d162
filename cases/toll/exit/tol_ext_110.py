"""Toll, exit: a truck with the card of a car."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOL-EXT-110",
    revision=1,
    purpose="The lane observes code 3 when the measured class is not the one written at the entry, and takes the toll of the class that the monitor confirms.",
    refs=["Expressway toll practice", "Toll user card practice"],
    sources=["HW-11", "HW-36"],
    applies_if="TERMINAL.TOLL_LANE and TERMINAL.CONTACTLESS and TERMINAL.EC",
    needs=("O1", "O2", "O6", "O9"),
)
def the_toll_follows_the_confirmed_class(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="100.00")

    with run.preamble("A vehicle of class 3 stands in the lane"):
        terminal.ready(date="2026-07-01")
        terminal.lane.open(tolls={1: "35.00", 2: "50.00", 3: "80.00"})
        terminal.lane.arrive("贵G00001", vehicle_class=3)

    with run.step("Read the pass card, then tap a card that holds 100.00"):
        terminal.tap(sim.toll_card(entered="2026-07-01T07:00:00", vehicle_class=1, pass_card=True))
        tap = terminal.tap(card)
        expect.record_detail(terminal, "observation", "3", kind="observation", ref="Expressway toll practice")
        expect.not_sent(tap, "GET PROCESSING OPTIONS", ref="Expressway toll practice")
        expect.barrier_down(terminal, ref="Expressway toll practice")

    with run.step("The monitor confirms class 3; tap the card"):
        terminal.lane.authorise("8001", vehicle_class=3)
        terminal.tap(card)
        expect.one_record(terminal, kind="sale", amount="80.00", ref="Expressway toll practice")
        expect.record_detail(terminal, "paid_class", "3", kind="sale", ref="Expressway toll practice")
