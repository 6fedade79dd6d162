"""Contact, CVM: plaintext PIN."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-460",
    revision=1,
    purpose="The terminal lets the cardholder try again while the card has tries left, and notes success.",
    refs=["EMV Book 3"],
    sources=["PB-7.7", "PB-11.6"],
    applies_if="TERMINAL.CONTACT and TERMINAL.OFFLINE_PIN",
    needs=("O1", "O2", "card", "capk"),
)
def plaintext_pin(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit", elements={0x8E: bytes.fromhex("00000000000000000100")})

    with run.preamble("Terminal idle on 4 May 2026, with a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept()

    with run.step("The cardholder enters a wrong PIN, then the right one"):
        terminal.pos.sell(card, "10.00", pins="wrong right")
        expect.recorded(terminal, "cvm", "010002", ref="EMV Book 3")
        expect.tvr(terminal, ref="EMV Book 3")
