"""Transit, bus: MAC2 of a transport card does not hold."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TRN-BUS-290",
    revision=1,
    purpose="The validator lets its PSAM verify MAC2 of a transport card, sells nothing where it does not hold, and keeps the TAC as invalid.",
    refs=["AFC acceptance practice", "Transport card practice"],
    sources=["TR-29", "TR-40", "HW-42", "HW-43"],
    applies_if="TERMINAL.TRANSPORT_CARD",
    needs=("O1", "O2", "O5", "O9"),
)
def a_forged_mac2_sells_nothing(terminal: Terminal, run: CaseRun) -> None:
    forged = sim.transport_card(balance="50.00", probe="forged-mac2")
    good = sim.transport_card(balance="50.00", serial=bytes.fromhex("5204000000000002"))

    with run.preamble("Fare 1.00, transport cards are taken"):
        terminal.ready(fare="1.00", date="2026-07-01")
        terminal.bus.drive(line="1", vehicle="A", purses=("transport", "bank"))

    with run.step("Tap a transport card that answers the debit with a forged MAC2"):
        tap = terminal.tap(forged)
        expect.no_record(terminal, kind="sale", ref="Transport card practice")
        expect.record_detail(terminal, "tac_valid", "no", kind="exception", ref="Transport card practice")
        expect.not_indicated(tap, "accepted", ref="AFC acceptance practice")

    with run.step("Tap a transport card whose MAC2 holds"):
        tap = terminal.tap(good)
        expect.indicated(tap, "accepted", ref="AFC acceptance practice")
        expect.one_record(terminal, kind="sale", amount="1.00", ref="AFC acceptance practice")
        expect.record_detail(terminal, "tac_valid", "yes", kind="sale", ref="Transport card practice")
        expect.transport_balance(good, "49.00", ref="Transport card practice")
