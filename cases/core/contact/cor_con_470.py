"""Contact, CVM: up to the amount X."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-470",
    revision=1,
    purpose="The terminal follows a rule of condition 06 when the amount does not exceed X.",
    refs=["EMV Book 3"],
    sources=["PB-7.7"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "O2", "card", "capk"),
)
def amount_x(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit", elements={0x8E: bytes.fromhex("000003E8000000001F062000")})

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(capabilities="6028C8")

    with run.step("10.00 is paid; up to 10.00 no CVM, above the ID document"):
        terminal.pos.sell(card, "10.00")
        expect.recorded(terminal, "cvm", "1F0602", ref="EMV Book 3")
