"""Transit, bus: the blacklist is too old."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TRN-BUS-130",
    revision=1,
    purpose="The validator refuses electronic cash and says so when its blacklist is older than the limit, and never accepts silently.",
    refs=["AFC acceptance practice", "JR/T 0025.13-2018"],
    sources=["TR-13"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.BLACKLIST",
    needs=("O2", "O5", "O8", "O9"),
)
def stale_blacklist_stops_sales(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="50.00")

    with run.preamble("Fare 1.00, a blacklist of 1 July that holds for 7 days"):
        terminal.ready(fare="1.00", date="2026-07-08")
        terminal.bus.drive(blacklist_days=7)
        terminal.load_blacklist(version=7, day="2026-07-01")

    with run.step("Tap on 8 July"):
        terminal.tap(card)
        expect.record_count(terminal, 1, kind="sale", ref="AFC acceptance practice")

    with run.step("Tap on 9 July"):
        terminal.set_clock("2026-07-09T08:00:00")
        tap = terminal.tap(card, after=60)
        expect.indicated(tap, "declined", ref="AFC acceptance practice")
        expect.record_count(terminal, 1, kind="sale", ref="AFC acceptance practice")
        expect.balance(card, "49.00", ref="JR/T 0025.13-2018")
