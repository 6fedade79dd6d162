"""Contact, CDA: it fails with an ARQC."""

from conformance.api import Acquirer, CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-430",
    revision=1,
    purpose="The terminal does not go online and asks for an AAC when CDA fails with an ARQC.",
    refs=["JR/T 0025.6", "EMV Book 2"],
    sources=["PB-11.2"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ONLINE and TERMINAL.CDA",
    needs=("O1", "O2", "O3", "card", "capk"),
)
def forged_arqc(terminal: Terminal, acquirer: Acquirer, run: CaseRun) -> None:
    card = sim.card("debit-credit", probe="cda-signature-forged")

    with run.preamble("Terminal idle, its acquirer within reach"):
        acquirer.know("6210948000000011")
        terminal.ready(date="2026-05-04", acquirer=acquirer)
        terminal.pos.accept(floor_limit="5.00", capabilities="6028C8")

    with run.step("The card gives an ARQC whose signature is forged"):
        dialogue = terminal.pos.sell(card, "10.00")
        expect.requested(dialogue, "ARQC", "AAC", ref="JR/T 0025.6")
        expect.tvr(terminal, "cda_failed", "floor_limit", ref="EMV Book 2")
        expect.outcome(terminal, "offline declined", ref="JR/T 0025.6")
