"""Toll, exit: the card pays and is not written."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOL-EXT-180",
    revision=1,
    purpose="The lane reads record 1 of 0019 back after the debit, records a failed write, and releases the vehicle by the monitor's authority alone.",
    refs=["Expressway toll practice", "Toll user card practice"],
    sources=["HW-18", "HW-40", "HW-41"],
    applies_if="TERMINAL.TOLL_LANE and TERMINAL.TOLL_CARD",
    needs=("O1", "O2", "O6", "O9"),
)
def what_was_written_is_read_back(terminal: Terminal, run: CaseRun) -> None:
    card = sim.toll_card(entered="2026-07-01T07:00:00", balance="100.00", probe="entry-not-written")
    good = sim.toll_card(entered="2026-07-01T07:00:00", balance="100.00")

    with run.preamble("Toll 35.00; a vehicle stands in the lane"):
        terminal.ready(date="2026-07-01")
        terminal.lane.open(tolls={1: "35.00"})
        terminal.lane.arrive("贵G00001")

    with run.step("Tap a toll user card that keeps its old record"):
        terminal.tap(card)
        expect.record_count(terminal, 1, kind="write-failed", ref="Expressway toll practice")
        expect.one_record(terminal, kind="sale", amount="35.00", ref="Expressway toll practice")
        expect.barrier_down(terminal, ref="Expressway toll practice")

    with run.step("The monitor authorises the release; the next vehicle pays with a card that is written"):
        terminal.lane.authorise("8001")
        expect.barrier_raised(terminal, ref="Expressway toll practice")
        terminal.lane.drive_off()
        terminal.lane.arrive("贵G00001", number="2")
        terminal.tap(good)
        expect.purse_balance(good, "65.00", ref="Toll user card practice")
        expect.pass_status(good, 0x02, ref="Toll user card practice")
