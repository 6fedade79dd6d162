"""Transit, bus: two cards in the field."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TRN-BUS-320",
    revision=1,
    purpose="The validator asks for one card at a time when two are in its field, and debits neither.",
    refs=["AFC acceptance practice", "JR/T 0025.13-2018"],
    sources=["TR-32"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC",
    needs=("O2", "O5", "O9", "field"),
)
def two_cards_at_once_are_refused(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="50.00")

    with run.preamble("Fare 1.00, a second card in the field"):
        terminal.ready(fare="1.00")
        terminal.disturb("second-card")

    with run.step("Tap"):
        tap = terminal.tap(card)
        expect.indicated(tap, "one-card", ref="AFC acceptance practice")
        expect.no_record(terminal, kind="sale", ref="AFC acceptance practice")
        expect.balance(card, "50.00", ref="JR/T 0025.13-2018")

    with run.step("Tap the card alone"):
        terminal.tap(card)
        expect.balance(card, "49.00", ref="JR/T 0025.13-2018")
