"""Transit, bus: the card signs its journeys."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TRN-BUS-280",
    revision=1,
    purpose="The validator asks a card that signs its records with a challenge, accepts the record with its MAC, and declines one whose MAC does not hold.",
    refs=["JR/T 0025.14", "AFC acceptance practice"],
    sources=["TR-28", "PB-8"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.SEGMENTED",
    needs=("O1", "O2", "O5", "O9"),
)
def a_forged_journey_is_refused(terminal: Terminal, run: CaseRun) -> None:
    good = sim.card("transit-card", elements={0xDF61: b"\x81"}, pan="6210948000000011")
    forged = sim.card(
        "transit-card", elements={0xDF61: b"\x81"}, pan="6210948000000029", probe="journey-mac-forged"
    )

    with run.preamble("Fares by stops, vehicle at stop 3"):
        terminal.ready(date="2026-07-01")
        terminal.bus.drive(line="1", vehicle="A", stop=3, stops={(3, 9): "3.00"})

    with run.step("Tap a card whose MAC is forged"):
        tap = terminal.tap(forged)
        expect.indicated(tap, "declined", ref="JR/T 0025.14")
        expect.no_record(terminal, kind="entry", ref="AFC acceptance practice")

    with run.step("Tap a card whose MAC holds"):
        tap = terminal.tap(good)
        expect.data_length(tap, "READ CAPP DATA", 10, ref="JR/T 0025.14")
        expect.record_count(terminal, 1, kind="entry", ref="AFC acceptance practice")
