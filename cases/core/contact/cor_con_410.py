"""Contact, online: approved."""

from conformance.api import Acquirer, CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-410",
    revision=1,
    purpose="The terminal brings the issuer's cryptogram to the card and asks for a TC when the issuer approves.",
    refs=["JR/T 0025.6", "EMV Book 3"],
    sources=["PB-7.7"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ONLINE",
    needs=("O1", "O2", "O3", "card", "capk"),
)
def online_approved(terminal: Terminal, acquirer: Acquirer, run: CaseRun) -> None:
    card = sim.card("debit-credit")

    with run.preamble("Terminal idle, its acquirer within reach"):
        acquirer.know("6210948000000011")
        terminal.ready(date="2026-05-04", acquirer=acquirer)
        terminal.pos.accept(floor_limit="5.00", capabilities="6028C8")

    with run.step("The issuer approves 10.00 and proves itself"):
        dialogue = terminal.pos.sell(card, "10.00")
        expect.requested(dialogue, "ARQC", "TC", ref="JR/T 0025.6")
        expect.sent(dialogue, "EXTERNAL AUTHENTICATE", ref="EMV Book 3")
        expect.outcome(terminal, "online approved", ref="JR/T 0025.6")
        expect.tsi(
            terminal,
            "oda",
            "cvm",
            "card_risk_management",
            "issuer_authentication",
            "terminal_risk_management",
            ref="EMV Book 3",
        )
