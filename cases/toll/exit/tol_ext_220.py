"""Toll, exit: the numbers of the PSAM."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOL-EXT-220",
    revision=1,
    purpose="The lane journals every debit from a toll user card under the number that its PSAM gave it, rising from one to the next, also over a power cycle.",
    refs=["Expressway toll practice", "Toll user card practice"],
    sources=["HW-22", "HW-42"],
    applies_if="TERMINAL.TOLL_LANE and TERMINAL.TOLL_CARD",
    needs=("O2", "power"),
)
def the_numbers_of_the_psam_rise(terminal: Terminal, run: CaseRun) -> None:
    with run.preamble("Toll 35.00"):
        terminal.ready(date="2026-07-01")
        terminal.lane.open(tolls={1: "35.00"})
        half = run.count("psam_transactions") // 2

    with run.step("One vehicle after the other pays with a toll user card, the power failing once"):
        for _ in range(half):
            terminal.lane.arrive("贵G00001")
            terminal.tap(sim.toll_card(entered="2026-07-01T07:00:00", balance="100.00"))
            terminal.lane.drive_off()
        terminal.disturb("power-cycle")
        for _ in range(half):
            terminal.lane.arrive("贵G00001")
            terminal.tap(sim.toll_card(entered="2026-07-01T07:00:00", balance="100.00"))
            terminal.lane.drive_off()
        expect.numbers_rise(terminal, "psam_sequence", 2 * half, kind="sale", ref="Toll user card practice")
