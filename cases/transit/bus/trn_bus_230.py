"""Transit, bus: what is not a change."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TRN-BUS-230",
    revision=1,
    purpose="The validator charges the full fare on the same vehicle, too early, too late, and while its clock is not valid.",
    refs=["AFC acceptance practice"],
    sources=["TR-23"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.TRANSFER",
    needs=("O2", "clock"),
)
def what_is_no_change_costs_the_full_fare(terminal: Terminal, run: CaseRun) -> None:
    offer = {"percent": 50, "window_s": 3600, "least_s": 300}

    with run.preamble("Fare 2.00, half of it after a change between 5 minutes and an hour"):
        terminal.ready(fare="2.00", date="2026-07-01", anti_passback=1)

    with run.step("Tap on vehicle A, then on the same, too early or too late on another"):
        for number, (vehicle, seconds) in enumerate((("A", 1200), ("B", 240), ("B", 3700))):
            card = sim.card("transit-card", pan=f"62109480000011{number}0")
            terminal.bus.drive(line="1", vehicle="A", transfer=offer)
            terminal.tap(card, after=5)
            terminal.bus.drive(line="2", vehicle=vehicle, transfer=offer)
            terminal.tap(card, after=seconds)
        expect.record_amount(terminal, "2.00", kind="sale", ref="AFC acceptance practice")
        expect.record_count(terminal, 6, kind="sale", ref="AFC acceptance practice")

    with run.step("The clock is lost between vehicle A and vehicle B"):
        card = sim.card("transit-card", pan="6210948000001190")
        terminal.bus.drive(line="1", vehicle="A", transfer=offer)
        terminal.tap(card, after=5)
        terminal.disturb("clock-lost")
        terminal.bus.drive(line="2", vehicle="B", transfer=offer)
        terminal.tap(card, after=1200)
        expect.record_amount(terminal, "2.00", kind="sale", ref="AFC acceptance practice")
