"""Toll, exit: the vehicle was too long on the road."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOL-EXT-130",
    revision=1,
    purpose="The lane observes code 2 for a journey slower than the slowest speed, and takes nothing before the monitor authorised it.",
    refs=["Expressway toll practice", "Toll user card practice"],
    sources=["HW-13", "HW-36"],
    applies_if="TERMINAL.TOLL_LANE and TERMINAL.CONTACTLESS and TERMINAL.EC",
    needs=("O1", "O2", "O6", "O9"),
)
def an_over_long_journey_waits_for_the_monitor(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="100.00")

    with run.preamble("60 km from station 0101; a vehicle stands in the lane"):
        terminal.ready(date="2026-07-01")
        terminal.lane.open(tolls={1: "35.00"}, km=60, slowest_kmh=run.count("slowest_speed"))
        terminal.lane.arrive("贵G00001")

    with run.step("Read the pass card, then tap a card that holds 100.00"):
        terminal.tap(sim.toll_card(entered="2026-06-30T18:00:00", pass_card=True))
        tap = terminal.tap(card)
        expect.record_detail(terminal, "observation", "2", kind="observation", ref="Expressway toll practice")
        expect.not_sent(tap, "GET PROCESSING OPTIONS", ref="Expressway toll practice")
        expect.barrier_down(terminal, ref="Expressway toll practice")

    with run.step("The monitor authorises; tap the card"):
        terminal.lane.authorise("8001")
        terminal.tap(card)
        expect.one_record(terminal, kind="sale", amount="35.00", ref="Expressway toll practice")
