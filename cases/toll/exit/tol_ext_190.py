"""Toll, exit: MAC2 does not hold."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOL-EXT-190",
    revision=1,
    purpose="The lane keeps the barrier down when its PSAM refuses MAC2, journals the TAC as invalid, and goes on with the PSAM's next number.",
    refs=["Expressway toll practice", "Toll user card practice"],
    sources=["HW-19", "HW-42", "HW-43"],
    applies_if="TERMINAL.TOLL_LANE and TERMINAL.TOLL_CARD",
    needs=("O2", "O6", "O9"),
)
def a_forged_mac2_opens_nothing(terminal: Terminal, run: CaseRun) -> None:
    forged = sim.toll_card(entered="2026-07-01T07:00:00", balance="100.00", probe="forged-mac2")
    good = sim.toll_card(entered="2026-07-01T07:00:00", balance="100.00")

    with run.preamble("Toll 35.00; a vehicle stands in the lane"):
        terminal.ready(date="2026-07-01")
        terminal.lane.open(tolls={1: "35.00"})
        terminal.lane.arrive("贵G00001")

    with run.step("Tap a toll user card that answers the debit with a forged MAC2"):
        terminal.tap(forged)
        expect.no_record(terminal, kind="sale", ref="Expressway toll practice")
        expect.record_detail(terminal, "tac_valid", "no", kind="exception", ref="Expressway toll practice")
        expect.barrier_down(terminal, ref="Expressway toll practice")

    with run.step("The monitor authorises, the driver pays in cash; the next vehicle pays with a good card"):
        number = terminal.records("exception")[-1].details.get("psam_sequence", "0")
        terminal.lane.authorise("8001")
        terminal.lane.pay_cash()
        terminal.lane.drive_off()
        terminal.lane.arrive("贵G00001", number="2")
        terminal.tap(good)
        following = terminal.records("sale")[-1].details.get("psam_sequence", "")
        expect.next_number(following, number, what="number of the PSAM", ref="Toll user card practice")
