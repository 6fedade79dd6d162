"""Contactless, pre-processing: transaction limit."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CLS-020",
    revision=1,
    purpose="The terminal offers the contact interface before it reads a card when the amount reaches its contactless limit.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-7.1"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC",
    needs=("O1", "O2", "card", "capk"),
)
def above_the_transaction_limit(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="50.00")

    with run.preamble("Terminal idle on 4 May 2026, its field off"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(transaction_limit="10.00")

    with run.step("10.00 is paid with a limit of 10.00"):
        dialogue = terminal.pos.sell(card, "10.00", interface="contactless")
        expect.not_sent(dialogue, "SELECT", ref="JR/T 0025.12-2018")
        expect.outcome(terminal, "use another interface", ref="JR/T 0025.12-2018")
