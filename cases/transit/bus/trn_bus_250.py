"""Transit, bus: the exit is missing."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TRN-BUS-250",
    revision=1,
    purpose="The validator charges the highest fare once when a card without an exit gets on again the next day, and links both journeys in the record.",
    refs=["AFC acceptance practice", "JR/T 0025.14", "JR/T 0025.13-2018"],
    sources=["TR-25"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.SEGMENTED",
    needs=("O2", "O9"),
)
def a_missing_exit_costs_the_most_once(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("transit-card", balance="50.00")
    stops = {(3, 9): "3.00", (3, 20): "5.00"}

    with run.preamble("Fares up to 5.00; the card got on at stop 3 on 1 July"):
        terminal.ready(date="2026-07-01")
        terminal.bus.drive(line="1", vehicle="A", stop=3, stops=stops)
        terminal.tap(card)

    with run.step("Get on at stop 9 on 2 July"):
        terminal.set_clock("2026-07-02T08:00:00")
        terminal.bus.drive(line="1", vehicle="A", stop=9, stops=stops)
        terminal.tap(card, after=60)
        expect.one_record(terminal, kind="sale", amount="5.00", ref="AFC acceptance practice")
        expect.record_detail(
            terminal, "missing_exit", "2026-07-01 3", kind="sale", ref="AFC acceptance practice"
        )
        expect.journey(card, state="boarded", stop=9, ref="JR/T 0025.14")

    with run.step("Get off at stop 3"):
        terminal.bus.drive(line="1", vehicle="A", stop=3, stops=stops)
        terminal.tap(card, after=900)
        expect.balance(card, "42.00", ref="JR/T 0025.13-2018")
