"""Contact, selection: a blocked card."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-080",
    revision=1,
    purpose="The terminal ends the transaction when the card answers SELECT with 6A81.",
    refs=["JR/T 0025.6"],
    sources=["PB-2"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "O2", "card", "capk"),
    control="COR-CON-010",
)
def blocked_card(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit", probe="card-blocked")

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(capabilities="6028C8")

    with run.step("The card answers every SELECT with 6A81"):
        dialogue = terminal.pos.sell(card, "10.00")
        expect.outcome(terminal, "terminated", ref="JR/T 0025.6")
        expect.not_sent(dialogue, "GET PROCESSING OPTIONS", ref="JR/T 0025.6")
        expect.recorded(terminal, "reason", "card-blocked: 6A81", ref="JR/T 0025.6")
