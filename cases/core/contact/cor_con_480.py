"""Contact, CVM: signature."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-480",
    revision=1,
    purpose="The terminal prints a line to sign on when the method is a signature.",
    refs=["EMV Book 3", "EMV Book 4"],
    sources=["PB-7.7"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "O2", "O7", "card", "capk"),
)
def signature_line(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit", elements={0x8E: bytes.fromhex("00000000000000001E00")})

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(capabilities="6028C8")

    with run.step("The list asks for a signature"):
        terminal.pos.sell(card, "10.00")
        expect.recorded(terminal, "cvm", "1E0000", ref="EMV Book 3")
        expect.receipt_says(terminal, "持卡人签名:", ref="EMV Book 4")
