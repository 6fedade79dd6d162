"""Contact, TVR B1b8: no method in common."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-110",
    revision=1,
    purpose="The terminal sets B1b8 of the TVR when card and terminal have no method of offline data authentication in common.",
    refs=["EMV Book 3"],
    sources=["PB-4.2", "PB-7.7"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "O2", "card", "capk"),
)
def oda_not_performed(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit", elements={0x82: bytes.fromhex("1C00")})

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(capabilities="6028C8")

    with run.step("The card's AIP names no method"):
        terminal.pos.sell(card, "10.00")
        expect.tvr(terminal, "oda_not_performed", ref="EMV Book 3")
