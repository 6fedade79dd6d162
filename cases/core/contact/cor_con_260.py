"""Contact, TVR B3b4: PIN not entered."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-260",
    revision=1,
    purpose="The terminal sets B3b4 of the TVR when the cardholder enters no PIN.",
    refs=["EMV Book 3"],
    sources=["PB-4.2", "PB-7.7"],
    applies_if="TERMINAL.CONTACT and TERMINAL.OFFLINE_PIN",
    needs=("O1", "O2", "card", "capk"),
)
def pin_not_entered(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit", elements={0x8E: bytes.fromhex("000000000000000041001F00")})

    with run.preamble("Terminal idle on 4 May 2026, with a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept()

    with run.step("The cardholder enters nothing; the list then asks for nothing"):
        terminal.pos.sell(card, "10.00")
        expect.tvr(terminal, "pin_not_entered", ref="EMV Book 3")
