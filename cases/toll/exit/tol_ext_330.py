"""Toll, exit: the dates of a toll user card."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOL-EXT-330",
    revision=1,
    purpose="The lane debits a toll user card from its first day to its last, both included, and no other day.",
    refs=["Expressway toll practice", "Toll user card practice"],
    sources=["HW-33", "HW-40"],
    applies_if="TERMINAL.TOLL_LANE and TERMINAL.TOLL_CARD",
    needs=("O2", "O5", "O6", "O9"),
)
def a_toll_card_pays_within_its_dates(terminal: Terminal, run: CaseRun) -> None:
    entered = "2026-07-01T07:00:00"
    ended = sim.toll_card(entered=entered, balance="100.00", ends="20260630")
    coming = sim.toll_card(entered=entered, balance="100.00", starts="20260702")
    today = sim.toll_card(entered=entered, balance="100.00", starts="20260701", ends="20260701")

    with run.preamble("Toll 35.00, 1 July; a vehicle stands in the lane"):
        terminal.ready(date="2026-07-01")
        terminal.lane.open(tolls={1: "35.00"})
        terminal.lane.arrive("贵G00001")

    with run.step("Tap a card that ended yesterday, then one that begins tomorrow"):
        terminal.tap(ended)
        expect.purse_balance(ended, "100.00", ref="Toll user card practice")
        terminal.tap(coming)
        expect.purse_balance(coming, "100.00", ref="Toll user card practice")
        expect.no_record(terminal, kind="sale", ref="Expressway toll practice")
        expect.barrier_down(terminal, ref="Expressway toll practice")

    with run.step("Tap a card that begins and ends today"):
        terminal.tap(today)
        expect.one_record(terminal, kind="sale", amount="35.00", ref="Expressway toll practice")
        expect.purse_balance(today, "65.00", ref="Toll user card practice")
