"""Toll, exit: the vehicle leaves where it came in."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOL-EXT-120",
    revision=1,
    purpose="The lane observes code 6 for a vehicle that leaves where it came in within the time for a turn, code 7 later, and takes the toll configured for each.",
    refs=["Expressway toll practice", "Toll user card practice"],
    sources=["HW-12", "HW-36"],
    applies_if="TERMINAL.TOLL_LANE and TERMINAL.CONTACTLESS and TERMINAL.EC",
    needs=("O2", "O6", "O9"),
)
def a_turn_is_observed_by_its_time(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="100.00")

    with run.preamble("A turn is free within its time and costs 80.00 later; a vehicle stands in the lane"):
        terminal.ready(date="2026-07-01")
        turn = run.count("u_turn_window")
        terminal.lane.open(tolls={1: "35.00"}, u_turn=("0.00", "80.00"), u_turn_s=turn)
        terminal.lane.arrive("贵G00001")

    with run.step("It came in here half an hour ago; the monitor authorises"):
        terminal.tap(sim.toll_card(entered="2026-07-01T07:30:00", station="0102", pass_card=True))
        expect.record_detail(terminal, "observation", "6", kind="observation", ref="Expressway toll practice")
        terminal.lane.authorise("8001")
        expect.one_record(terminal, kind="sale", amount="0.00", ref="Expressway toll practice")

    with run.step("The next one came in here seven hours ago; the monitor authorises, tap a card"):
        terminal.lane.drive_off()
        terminal.lane.arrive("贵G00001", number="2")
        terminal.tap(sim.toll_card(entered="2026-07-01T01:00:00", station="0102", pass_card=True))
        observation = terminal.records("observation")[-1].details.get("observation", "")
        expect.equal(observation, "7", what="observation code", ref="Expressway toll practice")
        terminal.lane.authorise("8001")
        terminal.tap(card)
        expect.balance(card, "20.00", ref="Expressway toll practice")
