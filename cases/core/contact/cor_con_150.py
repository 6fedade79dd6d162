"""Contact, TVR B1b4: forged dynamic signature."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-150",
    revision=1,
    purpose="The terminal sets B1b4 of the TVR when the card's dynamic signature does not verify.",
    refs=["EMV Book 2"],
    sources=["PB-4.2", "PB-6.1"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "O2", "card", "capk"),
)
def dda_failed(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit", probe="dda-signature-forged", elements={0x82: bytes.fromhex("3C00")})

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(capabilities="6028C8")

    with run.step("The card supports DDA; one bit of its signature is turned"):
        terminal.pos.sell(card, "10.00")
        expect.tvr(terminal, "dda_failed", ref="EMV Book 2")
