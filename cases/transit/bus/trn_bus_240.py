"""Transit, bus: a ride from stop 3 to stop 9."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TRN-BUS-240",
    revision=1,
    purpose="The validator writes the entry without a debit and the exit with the fare between both stops, each before the last record is read.",
    refs=["JR/T 0025.14", "AFC acceptance practice", "JR/T 0025.13-2018"],
    sources=["TR-24", "PB-8"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.SEGMENTED",
    needs=("O1", "O2", "O9"),
)
def a_segment_is_paid_at_the_exit(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("transit-card", balance="50.00")
    stops = {(3, 9): "3.00", (3, 20): "5.00"}

    with run.preamble("3.00 from stop 3 to stop 9, vehicle at stop 3"):
        terminal.ready(date="2026-07-01")
        terminal.bus.drive(line="1", vehicle="A", stop=3, stops=stops)

    with run.step("Get on at stop 3"):
        entry = terminal.tap(card)
        expect.sent_before_last_record(entry, "UPDATE CAPP DATA CACHE", ref="JR/T 0025.14")
        expect.journey(card, state="boarded", stop=3, ref="JR/T 0025.14")
        expect.balance(card, "50.00", ref="JR/T 0025.13-2018")

    with run.step("Get off at stop 9"):
        terminal.bus.drive(line="1", vehicle="A", stop=9, stops=stops)
        leaving = terminal.tap(card, after=900)
        expect.sent_before_last_record(leaving, "UPDATE CAPP DATA CACHE", ref="JR/T 0025.14")
        expect.journey(card, state="alighted", stop=9, ref="JR/T 0025.14")
        expect.one_record(terminal, kind="sale", amount="3.00", ref="AFC acceptance practice")
        expect.balance(card, "47.00", ref="JR/T 0025.13-2018")
