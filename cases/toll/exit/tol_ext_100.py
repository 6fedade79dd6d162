"""Toll, exit: the plate is not that of the card."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOL-EXT-100",
    revision=1,
    purpose="The lane observes code 4 when the recognised plate is not the one written at the entry, waits for the monitor, and journals both plates.",
    refs=["Expressway toll practice", "Toll user card practice"],
    sources=["HW-10", "HW-36"],
    applies_if="TERMINAL.TOLL_LANE and TERMINAL.CONTACTLESS and TERMINAL.EC",
    needs=("O1", "O2", "O6", "O9"),
)
def another_plate_is_confirmed_and_journalled(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="100.00")

    with run.preamble("A vehicle with plate 贵G00002 stands in the lane"):
        terminal.ready(date="2026-07-01")
        terminal.lane.open(tolls={1: "35.00"})
        terminal.lane.arrive("贵G00002")

    with run.step("Read the pass card, then tap a card that holds 100.00"):
        terminal.tap(sim.toll_card(entered="2026-07-01T07:00:00", plate="贵G00001", pass_card=True))
        tap = terminal.tap(card)
        expect.record_detail(terminal, "observation", "4", kind="observation", ref="Expressway toll practice")
        expect.not_sent(tap, "GET PROCESSING OPTIONS", ref="Expressway toll practice")
        expect.barrier_down(terminal, ref="Expressway toll practice")

    with run.step("The monitor authorises; tap the card"):
        terminal.lane.authorise("8001")
        terminal.tap(card)
        expect.one_record(terminal, kind="sale", amount="35.00", ref="Expressway toll practice")
        expect.record_detail(terminal, "plate", "贵G00002", kind="sale", ref="Expressway toll practice")
        expect.record_detail(terminal, "entry_plate", "贵G00001", kind="sale", ref="Expressway toll practice")
