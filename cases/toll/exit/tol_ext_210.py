"""Toll, exit: the PSAM is pulled out."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOL-EXT-210",
    revision=1,
    purpose="The lane without its PSAM takes no toll user card, says so, and goes on with electronic cash.",
    refs=["Expressway toll practice", "Toll user card practice", "JR/T 0025.13-2018"],
    sources=["HW-21", "HW-42"],
    applies_if="TERMINAL.TOLL_LANE and TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.TOLL_CARD",
    needs=("O2", "O5", "O6", "O9", "psam"),
)
def without_its_psam_the_lane_goes_on(terminal: Terminal, run: CaseRun) -> None:
    card = sim.toll_card(entered="2026-07-01T07:00:00", balance="100.00")
    cash = sim.card("electronic-cash", balance="100.00")

    with run.preamble("Toll 35.00; a vehicle stands in the lane, and the PSAM is pulled out"):
        terminal.ready(date="2026-07-01")
        terminal.lane.open(tolls={1: "35.00"})
        terminal.lane.arrive("贵G00001")
        terminal.disturb("psam-removed")

    with run.step("Tap a toll user card"):
        tap = terminal.tap(card)
        expect.no_record(terminal, kind="sale", ref="Expressway toll practice")
        expect.indicated(tap, "declined", ref="Expressway toll practice")
        expect.barrier_down(terminal, ref="Expressway toll practice")
        expect.purse_balance(card, "100.00", ref="Toll user card practice")

    with run.step("Tap a card that holds 100.00 of electronic cash"):
        terminal.tap(cash)
        expect.one_record(terminal, kind="sale", amount="35.00", ref="Expressway toll practice")
        expect.balance(cash, "65.00", ref="JR/T 0025.13-2018")
        expect.barrier_raised(terminal, ref="Expressway toll practice")
