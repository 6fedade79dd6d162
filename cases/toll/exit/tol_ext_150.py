"""Toll, exit: the lane's clock is behind the entry."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOL-EXT-150",
    revision=1,
    purpose="The lane refuses a passage whose entry lies in the future of its clock as a clock that is wrong, and computes no negative time.",
    refs=["Expressway toll practice", "Toll user card practice"],
    sources=["HW-15"],
    applies_if="TERMINAL.TOLL_LANE and TERMINAL.CONTACTLESS and TERMINAL.EC",
    needs=("O1", "O2", "O6", "O9", "clock"),
)
def a_clock_behind_is_told_as_such(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="100.00")

    with run.preamble("A vehicle stands in the lane, whose clock was set back by two hours"):
        terminal.ready(date="2026-07-01")
        terminal.lane.open(tolls={1: "35.00"})
        terminal.lane.arrive("贵G00001")
        terminal.disturb("clock-step", seconds=-7200)

    with run.step("Read the pass card, then tap a card that holds 100.00"):
        terminal.tap(sim.toll_card(entered="2026-07-01T07:00:00", pass_card=True))
        tap = terminal.tap(card)
        expect.record_detail(
            terminal, "refused", "对时有误", kind="observation", ref="Expressway toll practice"
        )
        expect.not_sent(tap, "GET PROCESSING OPTIONS", ref="Expressway toll practice")
        expect.barrier_down(terminal, ref="Expressway toll practice")
