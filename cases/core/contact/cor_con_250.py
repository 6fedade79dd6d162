"""Contact, TVR B3b5: PIN pad broken."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-250",
    revision=1,
    purpose="The terminal sets B3b5 of the TVR when a PIN is asked for and the PIN pad is broken.",
    refs=["EMV Book 3"],
    sources=["PB-4.2", "PB-7.7"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "O2", "card", "capk"),
)
def no_pin_pad(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit", elements={0x8E: bytes.fromhex("000000000000000041001F00")})

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(capabilities="6028C8")

    with run.step("The terminal has no PIN pad; the list asks for a PIN, then for nothing"):
        terminal.pos.sell(card, "10.00")
        expect.tvr(terminal, "no_pin_pad", ref="EMV Book 3")
