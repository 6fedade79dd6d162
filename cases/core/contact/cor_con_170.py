"""Contact, TVR B2b8: versions differ."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-170",
    revision=1,
    purpose="The terminal sets B2b8 of the TVR when 9F08 of the card is not its own 9F09.",
    refs=["EMV Book 3"],
    sources=["PB-4.2", "PB-7.7"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "O2", "card", "capk"),
)
def version_differs(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit", elements={0x9F08: bytes.fromhex("0020")})

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(capabilities="6028C8")

    with run.step("9F08 is 0020, the terminal's 9F09 is 0030"):
        terminal.pos.sell(card, "10.00")
        expect.tvr(terminal, "version_differs", ref="EMV Book 3")
