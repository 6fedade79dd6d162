"""Contact, by the dialogue alone: the directory is read to its end."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-600",
    revision=1,
    purpose="The terminal reads the directory of a PSE record by record from 1 until the card answers 6A83.",
    refs=["EMV Book 1"],
    sources=["PB-1"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "card"),
)
def directory_read_to_its_end(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("several-applications")

    with run.preamble("Terminal idle, as it was delivered"):
        terminal.ready()

    with run.step("A card with a PSE pays 10.00"):
        dialogue = terminal.pos.sell(card, "10.00")
        expect.directory_read(dialogue, ref="EMV Book 1")
