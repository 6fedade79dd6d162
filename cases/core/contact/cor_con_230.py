"""Contact, TVR B3b7: unknown method."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-230",
    revision=1,
    purpose="The terminal sets B3b7 of the TVR when a rule that applies names an unknown method.",
    refs=["EMV Book 3"],
    sources=["PB-4.2", "PB-7.7"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "O2", "card", "capk"),
)
def unrecognised_cvm(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit", elements={0x8E: bytes.fromhex("000000000000000047001F00")})

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(capabilities="6028C8")

    with run.step("The first rule names method 07, the second no CVM"):
        terminal.pos.sell(card, "10.00")
        expect.tvr(terminal, "unrecognised_cvm", ref="EMV Book 3")
