"""Toll, exit: the journey goes over midnight."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOL-EXT-160",
    revision=1,
    purpose="The lane counts a journey over midnight as the seconds that it took, observes nothing unusual, and takes the toll.",
    refs=["Expressway toll practice", "JR/T 0025.13-2018"],
    sources=["HW-16"],
    applies_if="TERMINAL.TOLL_LANE and TERMINAL.CONTACTLESS and TERMINAL.EC",
    needs=("O2", "O6", "O9"),
)
def midnight_is_no_hindrance(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="100.00")

    with run.preamble(
        "It is twenty seconds past midnight; a vehicle stands in the lane, 500 m from station 0101"
    ):
        terminal.ready(date="2026-07-01")
        terminal.lane.open(tolls={1: "35.00"}, km=0.5)
        terminal.lane.arrive("贵G00001")
        terminal.set_clock("2026-07-02T00:00:20")

    with run.step("Its card came in ten seconds before midnight; read it, then tap a card"):
        terminal.tap(sim.toll_card(entered="2026-07-01T23:59:50", pass_card=True))
        expect.no_record(terminal, kind="observation", ref="Expressway toll practice")
        tap = terminal.tap(card)
        expect.one_record(terminal, kind="sale", amount="35.00", ref="Expressway toll practice")
        expect.opened(tap, ref="Expressway toll practice")
        expect.balance(card, "65.00", ref="JR/T 0025.13-2018")
