"""Contact, CVM: enciphered PIN."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-510",
    revision=1,
    purpose="The terminal gives the card the PIN enciphered under its key, with the challenge that it asked the card for.",
    refs=["EMV Book 3"],
    sources=["PB-2.verify.enciphered", "PB-2.challenge", "PB-6.1"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ENCIPHERED_PIN",
    needs=("O1", "O2", "card", "capk"),
)
def enciphered_pin(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit", elements={0x8E: bytes.fromhex("00000000000000000400")})

    with run.preamble("Terminal idle on 4 May 2026, with a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept()

    with run.step("The list asks for an enciphered PIN; the card's key has 144 bytes"):
        dialogue = terminal.pos.sell(card, "10.00", pins="right")
        expect.sent(dialogue, "GET CHALLENGE", ref="EMV Book 3")
        expect.data_length(dialogue, "VERIFY", 144, ref="EMV Book 3")
        expect.recorded(terminal, "cvm", "040002", ref="EMV Book 3")
        expect.tvr(terminal, ref="EMV Book 3")
