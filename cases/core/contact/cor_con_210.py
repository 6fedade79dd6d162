"""Contact, TVR B2b4: new card."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-210",
    revision=1,
    purpose="The terminal sets B2b4 of the TVR when the card tells that it was never online.",
    refs=["EMV Book 3"],
    sources=["PB-4.2", "PB-7.7"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "O2", "card", "capk"),
)
def new_card(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit", elements={0x9F13: bytes.fromhex("0000")})

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(capabilities="6028C8")

    with run.step("9F13 is 0000"):
        terminal.pos.sell(card, "10.00")
        expect.tvr(terminal, "new_card", ref="EMV Book 3")
