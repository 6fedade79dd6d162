"""Contact, by the dialogue alone: the next application after 6985."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-630",
    revision=1,
    purpose="The terminal begins the next application after one that answers GET PROCESSING OPTIONS with 6985.",
    refs=["EMV Book 1"],
    sources=["PB-7.2"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "card"),
)
def next_application_after_6985(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("several-applications", probe="credit-refuses-gpo")

    with run.preamble("Terminal idle, as it was delivered"):
        terminal.ready()

    with run.step("Credit, of higher priority, answers GET PROCESSING OPTIONS with 6985"):
        dialogue = terminal.pos.sell(card, "10.00")
        expect.sent_times(dialogue, "GET PROCESSING OPTIONS", 2, ref="EMV Book 1")
