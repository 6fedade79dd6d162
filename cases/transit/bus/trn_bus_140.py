"""Transit, bus: the application has expired."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TRN-BUS-140",
    revision=1,
    purpose="The validator declines a card that expired yesterday and accepts one that expires today.",
    refs=["JR/T 0025.12-2018", "AFC acceptance practice"],
    sources=["TR-14", "PB-7.4"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC",
    needs=("O2", "O5", "card"),
    control="TRN-BUS-010",
)
def expiry_is_judged_by_the_day(terminal: Terminal, run: CaseRun) -> None:
    yesterday = sim.card("electronic-cash", balance="50.00", expires="260630", pan="6210948000000444")
    today = sim.card("electronic-cash", balance="50.00", expires="260701", pan="6210948000000555")

    with run.preamble("Fare 1.00, the day is 1 July 2026"):
        terminal.ready(fare="1.00", date="2026-07-01")

    with run.step("Tap a card that expired the day before"):
        tap = terminal.tap(yesterday)
        expect.no_record(terminal, kind="sale", ref="JR/T 0025.12-2018")
        expect.indicated(tap, "declined", ref="AFC acceptance practice")

    with run.step("Tap a card that expires on this day"):
        terminal.tap(today)
        expect.one_record(terminal, kind="sale", amount="1.00", ref="AFC acceptance practice")
