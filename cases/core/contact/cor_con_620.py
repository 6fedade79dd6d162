"""Contact, by the dialogue alone: a card without a PSE is begun."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-620",
    revision=1,
    purpose="The terminal selects and begins the PBOC application of a card without a PSE, by its own list of AIDs.",
    refs=["JR/T 0025.6", "EMV Book 1"],
    sources=["PB-1"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "card"),
)
def card_without_a_pse_is_begun(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit", probe="without-pse")

    with run.preamble("Terminal idle, as it was delivered"):
        terminal.ready()

    with run.step("The card answers 6A82 to SELECT of the PSE"):
        dialogue = terminal.pos.sell(card, "10.00")
        expect.sent(dialogue, "GET PROCESSING OPTIONS", ref="EMV Book 1")
