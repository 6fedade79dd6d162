"""Contact, by the dialogue alone: nothing after a blocked card."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-610",
    revision=1,
    purpose="The terminal sends nothing more to a card that answers the first SELECT with 6A81.",
    refs=["JR/T 0025.6"],
    sources=["PB-2"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "card"),
    control="COR-CON-600",
)
def nothing_after_a_blocked_card(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit", probe="card-blocked")

    with run.preamble("Terminal idle, as it was delivered"):
        terminal.ready()

    with run.step("The card answers every SELECT with 6A81"):
        dialogue = terminal.pos.sell(card, "10.00")
        expect.sent_times(dialogue, "SELECT", 1, ref="JR/T 0025.6")
        expect.not_sent(dialogue, "GET PROCESSING OPTIONS", ref="JR/T 0025.6")
