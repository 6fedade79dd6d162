"""Transit, bus: the application is not yet effective."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TRN-BUS-150",
    revision=1,
    purpose="The validator declines an application that becomes effective tomorrow, and accepts one that does today.",
    refs=["JR/T 0025.12-2018"],
    sources=["TR-15"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC",
    needs=("O2", "O5"),
)
def not_yet_effective_is_refused(terminal: Terminal, run: CaseRun) -> None:
    today = sim.card("electronic-cash", effective="260701", pan="6210948000000011")
    tomorrow = sim.card("electronic-cash", effective="260702", pan="6210948000000029")

    with run.preamble("Fare 1.00, 1 July 2026"):
        terminal.ready(fare="1.00", date="2026-07-01")

    with run.step("Tap a card that is effective from tomorrow"):
        tap = terminal.tap(tomorrow)
        expect.indicated(tap, "declined", ref="JR/T 0025.12-2018")
        expect.no_record(terminal, kind="sale", ref="JR/T 0025.12-2018")

    with run.step("Tap a card that is effective from today"):
        terminal.tap(today)
        expect.record_count(terminal, 1, kind="sale", ref="JR/T 0025.12-2018")
