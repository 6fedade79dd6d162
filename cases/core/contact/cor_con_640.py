"""Contact, by the dialogue alone: a cryptogram is asked for."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-640",
    revision=1,
    purpose="The terminal ends a transaction with a card that it could read by asking for a cryptogram.",
    refs=["JR/T 0025.6", "EMV Book 3"],
    sources=["PB-7.7"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "card"),
)
def cryptogram_is_asked_for(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit")

    with run.preamble("Terminal idle, as it was delivered"):
        terminal.ready()

    with run.step("A card pays 10.00"):
        dialogue = terminal.pos.sell(card, "10.00")
        expect.sent(dialogue, "GENERATE AC", ref="EMV Book 3")
