"""Transit, bus: the card leaves before it has answered GET PROCESSING OPTIONS."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TRN-BUS-040",
    revision=1,
    purpose="The validator stores no sale when the card leaves before its answer to GET PROCESSING OPTIONS, and completes exactly one sale when it returns.",
    refs=["JR/T 0025.12-2018", "JR/T 0025.13-2018", "AFC acceptance practice"],
    sources=["TR-04", "PB-7.5"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC",
    needs=("O1", "O2", "O9", "tear"),
    control="TRN-BUS-010",
)
def torn_before_the_first_answer(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="50.00")

    with run.preamble("Fare 1.00, validator idle"):
        terminal.ready(fare="1.00")

    with run.step("Tap; the card leaves while GET PROCESSING OPTIONS is under way"):
        terminal.tap(card, withdraw=sim.answer_lost("GET PROCESSING OPTIONS"))
        expect.no_record(terminal, kind="sale", ref="AFC acceptance practice")
        expect.balance(card, "50.00", ref="JR/T 0025.12-2018")

    with run.step("The card returns"):
        again = terminal.tap(card)
        expect.sent(again, "GET PROCESSING OPTIONS", ref="JR/T 0025.12-2018")
        expect.one_record(terminal, kind="sale", amount="1.00", ref="AFC acceptance practice")
        expect.balance(card, "49.00", ref="JR/T 0025.13-2018")
