"""Contact, TVR B3b8: cardholder verification failed."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-220",
    revision=1,
    purpose="The terminal sets B3b8 of the TVR when no method of the CVM list succeeds.",
    refs=["EMV Book 3"],
    sources=["PB-4.2", "PB-7.7"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "O2", "card", "capk"),
)
def cvm_failed(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit", elements={0x8E: bytes.fromhex("00000000000000000000")})

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(capabilities="6028C8")

    with run.step("The only rule is to fail"):
        terminal.pos.sell(card, "10.00")
        expect.tvr(terminal, "cvm_failed", ref="EMV Book 3")
