"""Toll, exit: an open station."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOL-EXT-320",
    revision=1,
    purpose="The lane of an open station takes its fixed fee without asking where a vehicle came in, and writes a toll user card as passed at an open station.",
    refs=["Expressway toll practice", "Toll user card practice", "JR/T 0025.13-2018"],
    sources=["HW-32", "HW-41"],
    applies_if="TERMINAL.TOLL_LANE and TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.TOLL_CARD and TERMINAL.TOLL_OPEN",
    needs=("O2", "O6", "O9"),
)
def an_open_station_asks_for_no_entry(terminal: Terminal, run: CaseRun) -> None:
    cash = sim.card("electronic-cash", balance="100.00")
    card = sim.toll_card(entered="2026-06-01T07:00:00", balance="100.00", status=0x02)

    with run.preamble("An open station with a fee of 10.00; a vehicle stands in the lane"):
        terminal.ready(date="2026-07-01")
        terminal.lane.open(tolls={1: "35.00"}, open_fee="10.00")
        terminal.lane.arrive("贵G00001")

    with run.step("Tap a card that holds 100.00"):
        terminal.tap(cash)
        expect.one_record(terminal, kind="sale", amount="10.00", ref="Expressway toll practice")
        expect.balance(cash, "90.00", ref="JR/T 0025.13-2018")
        expect.barrier_raised(terminal, ref="Expressway toll practice")

    with run.step("The next vehicle pays with a toll user card"):
        terminal.lane.drive_off()
        terminal.lane.arrive("贵G00001", number="2")
        terminal.tap(card)
        expect.record_count(terminal, 2, kind="sale", ref="Expressway toll practice")
        expect.purse_balance(card, "90.00", ref="Toll user card practice")
        expect.pass_status(card, 0x05, ref="Toll user card practice")
