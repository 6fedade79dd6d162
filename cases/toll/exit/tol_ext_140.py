"""Toll, exit: the vehicle came faster than anybody can."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOL-EXT-140",
    revision=1,
    purpose="The lane observes code 13 for a journey faster than the fastest speed, blocks it, and lets nobody pay or authorise it there.",
    refs=["Expressway toll practice", "Toll user card practice"],
    sources=["HW-14", "HW-36"],
    applies_if="TERMINAL.TOLL_LANE and TERMINAL.CONTACTLESS and TERMINAL.EC",
    needs=("O1", "O2", "O6", "O9"),
)
def an_impossible_journey_is_blocked(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="100.00")

    with run.preamble("60 km from station 0101; a vehicle stands in the lane"):
        terminal.ready(date="2026-07-01")
        terminal.lane.open(tolls={1: "35.00"}, km=60, fastest_kmh=run.count("fastest_speed"))
        terminal.lane.arrive("贵G00001")

    with run.step("Read the pass card, then tap a card that holds 100.00"):
        terminal.tap(sim.toll_card(entered="2026-07-01T07:50:00", pass_card=True))
        tap = terminal.tap(card)
        expect.record_detail(
            terminal, "observation", "13", kind="observation", ref="Expressway toll practice"
        )
        expect.not_sent(tap, "GET PROCESSING OPTIONS", ref="Expressway toll practice")
        expect.barrier_down(terminal, ref="Expressway toll practice")

    with run.step("The monitor tries to authorise it, the driver to pay in cash"):
        authorised = terminal.lane.authorise("8001")
        expect.refused(authorised, what="authorisation of the passage", ref="Expressway toll practice")
        expect.refused(terminal.lane.pay_cash(), what="cash", ref="Expressway toll practice")
        expect.barrier_down(terminal, ref="Expressway toll practice")
