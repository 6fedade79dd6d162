"""Contact: a sale in which nothing is found."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-010",
    revision=1,
    purpose="The terminal asks for a TC, approves offline, leaves the TVR empty and sets the TSI of what it performed when its checks find nothing.",
    refs=["JR/T 0025.6"],
    sources=["PB-7.7", "PB-4.2"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "O2", "card", "capk"),
)
def sale_without_findings(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit")

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(capabilities="6028C8")

    with run.step("A card with CDA pays 10.00"):
        dialogue = terminal.pos.sell(card, "10.00")
        expect.requested(dialogue, "TC", ref="JR/T 0025.6")
        expect.outcome(terminal, "offline approved", ref="JR/T 0025.6")
        expect.tvr(terminal, ref="JR/T 0025.6")
        expect.tsi(
            terminal, "oda", "cvm", "card_risk_management", "terminal_risk_management", ref="JR/T 0025.6"
        )
