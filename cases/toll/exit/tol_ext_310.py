"""Toll, exit: in by radio, out by hand."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOL-EXT-310",
    revision=1,
    purpose="The lane takes a toll user card whose record was written at an electronic entry for one that entered.",
    refs=["Expressway toll practice", "Toll user card practice"],
    sources=["HW-31", "HW-41"],
    applies_if="TERMINAL.TOLL_LANE and TERMINAL.TOLL_CARD",
    needs=("O2", "O6", "O9"),
)
def an_electronic_entry_is_an_entry(terminal: Terminal, run: CaseRun) -> None:
    card = sim.toll_card(entered="2026-07-01T07:00:00", balance="100.00", status=0x03)

    with run.preamble("Toll 35.00; a vehicle stands in the lane"):
        terminal.ready(date="2026-07-01")
        terminal.lane.open(tolls={1: "35.00"})
        terminal.lane.arrive("贵G00001")

    with run.step("Tap a toll user card of status 03"):
        terminal.tap(card)
        expect.one_record(terminal, kind="sale", amount="35.00", ref="Expressway toll practice")
        expect.no_record(terminal, kind="observation", ref="Expressway toll practice")
        expect.purse_balance(card, "65.00", ref="Toll user card practice")
        expect.pass_status(card, 0x02, ref="Toll user card practice")
        expect.barrier_raised(terminal, ref="Expressway toll practice")
