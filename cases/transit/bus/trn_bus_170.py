"""Transit, bus: the clock steps over midnight."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TRN-BUS-170",
    revision=1,
    purpose="The validator gives the card the date of its own clock in GET PROCESSING OPTIONS, and numbers its records on, when the clock steps to the next day.",
    refs=["JR/T 0025.13-2018", "AFC acceptance practice"],
    sources=["TR-17"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC",
    needs=("O1", "O2", "clock"),
)
def date_of_a_tap_is_the_clocks(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="50.00")

    with run.preamble("Fare 1.00, 1 July 2026"):
        terminal.ready(fare="1.00", date="2026-07-01")

    with run.step("Tap"):
        expect.told_card(terminal.tap(card), "9A", "260701", ref="JR/T 0025.13-2018")

    with run.step("The clock steps by a day; tap again"):
        terminal.disturb("clock-step", seconds=86400)
        expect.told_card(terminal.tap(card, after=60), "9A", "260702", ref="JR/T 0025.13-2018")
        expect.record_count(terminal, 2, kind="sale", ref="AFC acceptance practice")
        expect.numbered_without_gap(terminal, ref="AFC acceptance practice")
