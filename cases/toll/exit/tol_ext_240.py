"""Toll, exit: the lane has no network."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOL-EXT-240",
    revision=1,
    purpose="The lane without its network goes on taking electronic cash and toll user cards, and raises one alarm when the limit is passed.",
    refs=["Expressway toll practice"],
    sources=["HW-24"],
    applies_if="TERMINAL.TOLL_LANE and TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.TOLL_CARD",
    needs=("O2", "O10", "network"),
)
def a_lane_goes_on_without_network(terminal: Terminal, run: CaseRun) -> None:
    with run.preamble("Toll 35.00, the network down"):
        hours = run.count("offline_hours")
        terminal.ready(date="2026-07-01")
        terminal.lane.open(tolls={1: "35.00"}, offline_h=hours)
        terminal.disturb("network-down")

    with run.step("A vehicle pays with electronic cash, the next one with a toll user card"):
        terminal.lane.arrive("贵G00001")
        terminal.tap(sim.toll_card(entered="2026-07-01T07:00:00", pass_card=True))
        terminal.tap(sim.card("electronic-cash", balance="100.00"))
        terminal.lane.drive_off()
        terminal.lane.arrive("贵G00001", number="2")
        terminal.tap(sim.toll_card(entered="2026-07-01T07:00:00", balance="100.00"))
        terminal.lane.drive_off()
        expect.record_count(terminal, 2, kind="sale", ref="Expressway toll practice")
        expect.equal(len(terminal.events("offline-limit")), 0, what="alarms", ref="Expressway toll practice")

    with run.step("The limit passes, and as much time again"):
        run.wait(hours * 3600)
        run.wait(hours * 3600)
        expect.equal(len(terminal.events("offline-limit")), 1, what="alarms", ref="Expressway toll practice")
