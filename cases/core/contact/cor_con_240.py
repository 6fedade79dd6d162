"""Contact, TVR B3b6: no PIN try left."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-240",
    revision=1,
    purpose="The terminal sets B3b6 of the TVR when the card has no PIN try left.",
    refs=["EMV Book 3"],
    sources=["PB-4.2", "PB-7.7"],
    applies_if="TERMINAL.CONTACT and TERMINAL.OFFLINE_PIN",
    needs=("O1", "O2", "card", "capk"),
)
def pin_tries_exceeded(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit", elements={0x8E: bytes.fromhex("000000000000000041001F00"), 0x9F17: b"\0"})

    with run.preamble("Terminal idle on 4 May 2026, with a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept()

    with run.step("9F17 is 00; the list asks for an offline PIN, then for nothing"):
        terminal.pos.sell(card, "10.00")
        expect.tvr(terminal, "pin_tries_exceeded", ref="EMV Book 3")
