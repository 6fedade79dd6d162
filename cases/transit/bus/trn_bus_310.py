"""Transit, bus: a card with two purses."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TRN-BUS-310",
    revision=1,
    purpose="The validator debits of a card with a transport purse and electronic cash the one that the operator puts first, and leaves the other as it was.",
    refs=["AFC acceptance practice", "Transport card practice", "JR/T 0025.13-2018"],
    sources=["TR-31", "TR-40"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.TRANSPORT_CARD",
    needs=("O2", "O9"),
)
def one_of_two_purses_pays(terminal: Terminal, run: CaseRun) -> None:
    card = sim.transport_and_bank_card(purse="50.00", cash="30.00")

    with run.preamble("Fare 1.00, the transport purse first"):
        terminal.ready(fare="1.00", date="2026-07-01")
        terminal.bus.drive(line="1", vehicle="A", purses=("transport", "bank"))

    with run.step("Tap"):
        terminal.tap(card)
        expect.one_record(terminal, kind="sale", amount="1.00", ref="AFC acceptance practice")
        expect.transport_balance(card, "49.00", ref="Transport card practice")
        expect.balance(card, "30.00", ref="JR/T 0025.13-2018")

    with run.step("Tap again where electronic cash comes first"):
        terminal.bus.drive(line="1", vehicle="A", purses=("bank", "transport"))
        terminal.tap(card, after=60)
        expect.record_count(terminal, 2, kind="sale", ref="AFC acceptance practice")
        expect.transport_balance(card, "49.00", ref="Transport card practice")
        expect.balance(card, "29.00", ref="JR/T 0025.13-2018")
