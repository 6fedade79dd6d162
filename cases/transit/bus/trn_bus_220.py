"""Transit, bus: a change within the window."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TRN-BUS-220",
    revision=2,
    purpose="The validator charges the discounted fare when the card changes to another vehicle within the transfer window, and marks the record.",
    refs=["JR/T 0025.14", "AFC acceptance practice", "JR/T 0025.13-2018"],
    sources=["TR-22"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.TRANSFER",
    needs=("O1", "O2", "O9"),
)
def a_change_costs_less(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("transit-card", balance="50.00")
    offer = {"percent": 50, "window_s": 3600}

    with run.preamble("Fare 2.00, half of it after a change within the hour; one journey on vehicle A"):
        terminal.ready(fare="2.00", date="2026-07-01")
        terminal.bus.drive(line="1", vehicle="A", transfer=offer)
        terminal.tap(card)

    with run.step("Tap on vehicle B twenty minutes later"):
        terminal.bus.drive(line="2", vehicle="B", transfer=offer)
        tap = terminal.tap(card, after=1200)
        expect.sent(tap, "UPDATE CAPP DATA CACHE", ref="JR/T 0025.14")
        transfers = [(record.amount, record.details.get("transfer")) for record in terminal.records("sale")]
        expect.equal(
            transfers,
            [(200, "00"), (100, "01")],
            what="fares and transfer marks",
            ref="AFC acceptance practice",
        )
        expect.balance(card, "47.00", ref="JR/T 0025.13-2018")
