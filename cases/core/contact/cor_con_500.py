"""Contact, script: carried out."""

from conformance.api import Acquirer, CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-500",
    revision=1,
    purpose="The terminal carries out a script of template 72 after the last GENERATE AC and notes its result.",
    refs=["JR/T 0025.6", "EMV Book 3"],
    sources=["PB-7.7"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ONLINE",
    needs=("O1", "O2", "O3", "card", "capk"),
)
def script_carried_out(terminal: Terminal, acquirer: Acquirer, run: CaseRun) -> None:
    card = sim.card("debit-credit")

    with run.preamble("Terminal idle, its acquirer within reach"):
        acquirer.know("6210948000000011")
        terminal.ready(date="2026-05-04", acquirer=acquirer)
        terminal.pos.accept(floor_limit="5.00", capabilities="6028C8")
        acquirer.send_put_data("6210948000000011", 0x9F58, "07")

    with run.step("The issuer loads nothing but sends PUT DATA of 9F58 in template 72"):
        terminal.pos.sell(card, "10.00")
        expect.outcome(terminal, "online approved", ref="JR/T 0025.6")
        expect.recorded(terminal, "scripts", "2000000000", ref="EMV Book 3")
        expect.tsi(
            terminal,
            "oda",
            "cvm",
            "card_risk_management",
            "issuer_authentication",
            "terminal_risk_management",
            "script",
            ref="EMV Book 3",
        )
