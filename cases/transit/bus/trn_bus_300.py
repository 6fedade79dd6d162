"""Transit, bus: the answer to a transport card's debit is lost."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TRN-BUS-300",
    revision=1,
    purpose="The validator asks a transport card that comes back in time for the proof of the debit whose answer was lost, and stores one sale without a second debit.",
    refs=["AFC acceptance practice", "Transport card practice"],
    sources=["TR-30", "HW-42"],
    applies_if="TERMINAL.TRANSPORT_CARD",
    needs=("O1", "O2", "O5", "O9", "tear"),
)
def a_lost_debit_is_proved(terminal: Terminal, run: CaseRun) -> None:
    card = sim.transport_card(balance="50.00")

    with run.preamble("Fare 1.00, transport cards are taken"):
        terminal.ready(fare="1.00", date="2026-07-01")
        window = run.count("prove_window")
        terminal.bus.drive(line="1", vehicle="A", purses=("transport", "bank"), prove_s=window)

    with run.step("Tap; the card pays, but its answer to the debit is lost"):
        tap = terminal.tap(card, withdraw=sim.answer_lost("DEBIT FOR PURCHASE"))
        expect.no_record(terminal, kind="sale", ref="Transport card practice")
        expect.indicated(tap, "present-again", ref="AFC acceptance practice")

    with run.step("The same card returns within the time for it"):
        again = terminal.tap(card, after=window / 2)
        expect.not_sent(again, "DEBIT FOR PURCHASE", ref="Transport card practice")
        expect.sent(again, "GET TRANS PROVE", ref="Transport card practice")
        expect.one_record(terminal, kind="sale", amount="1.00", ref="AFC acceptance practice")
        expect.transport_balance(card, "49.00", ref="Transport card practice")

    with run.step("It rides again"):
        terminal.tap(card, after=60)
        expect.record_count(terminal, 2, kind="sale", ref="AFC acceptance practice")
        expect.transport_balance(card, "48.00", ref="Transport card practice")
