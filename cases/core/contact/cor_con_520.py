"""Contact, CVM: PIN and signature."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-520",
    revision=1,
    purpose="The terminal leaves a method of PIN and signature unknown when the card took the PIN, and prints a line to sign on.",
    refs=["EMV Book 3", "EMV Book 4"],
    sources=["PB-7.7"],
    applies_if="TERMINAL.CONTACT and TERMINAL.OFFLINE_PIN",
    needs=("O1", "O2", "O7", "card", "capk"),
)
def pin_and_signature(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit", elements={0x8E: bytes.fromhex("00000000000000000300")})

    with run.preamble("Terminal idle on 4 May 2026, with a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept()

    with run.step("The list asks for a PIN and a signature; the PIN is right"):
        terminal.pos.sell(card, "10.00", pins="right")
        expect.recorded(terminal, "cvm", "030000", ref="EMV Book 3")
        expect.tvr(terminal, ref="EMV Book 3")
        expect.receipt_says(terminal, "持卡人签名:", ref="EMV Book 4")
