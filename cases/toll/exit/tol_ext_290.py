"""Toll, exit: a convoy."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOL-EXT-290",
    revision=1,
    purpose="The lane lets a convoy through with no debit from anybody, and journals every vehicle of it.",
    refs=["Expressway toll practice", "JR/T 0025.13-2018"],
    sources=["HW-29"],
    applies_if="TERMINAL.TOLL_LANE and TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.TOLL_EXCEPTIONS",
    needs=("O1", "O2", "O6", "O9"),
)
def a_convoy_passes_and_is_counted(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="100.00")

    with run.preamble("Toll 35.00; an empty lane"):
        terminal.ready(date="2026-07-01")
        terminal.lane.open(tolls={1: "35.00"})

    with run.step("A convoy begins, and three vehicles go through"):
        expect.accepted(terminal.lane.convoy(on=True), what="convoy", ref="Expressway toll practice")
        for number in ("1", "2", "3"):
            terminal.lane.arrive(f"贵G0000{number}", number=number)
            tap = terminal.tap(card)
            expect.not_sent(tap, "GET PROCESSING OPTIONS", ref="Expressway toll practice")
            terminal.lane.drive_off()
        expect.record_count(terminal, 3, kind="convoy", ref="Expressway toll practice")
        expect.no_record(terminal, kind="sale", ref="Expressway toll practice")
        expect.balance(card, "100.00", ref="JR/T 0025.13-2018")

    with run.step("The convoy ends, and a vehicle comes"):
        terminal.lane.convoy(on=False)
        terminal.lane.arrive("贵G00004", number="4")
        expect.refused(terminal.lane.drive_off(), what="leaving", ref="Expressway toll practice")
        expect.record_count(terminal, 3, kind="convoy", ref="Expressway toll practice")
