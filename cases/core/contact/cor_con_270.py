"""Contact, TVR B3b3: online PIN."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-270",
    revision=1,
    purpose="The terminal sets B3b3 of the TVR when the cardholder enters a PIN for the issuer.",
    refs=["EMV Book 3", "JR/T 0025.6"],
    sources=["PB-4.2", "PB-7.7"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ONLINE_PIN",
    needs=("O1", "O2", "card", "capk"),
)
def online_pin_entered(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit", elements={0x8E: bytes.fromhex("00000000000000000200")})

    with run.preamble("Terminal idle on 4 May 2026, with a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept()

    with run.step("The list asks for an online PIN"):
        dialogue = terminal.pos.sell(card, "10.00", pins="right")
        expect.tvr(terminal, "online_pin_entered", ref="EMV Book 3")
        expect.requested(dialogue, "ARQC", "AAC", ref="JR/T 0025.6")
