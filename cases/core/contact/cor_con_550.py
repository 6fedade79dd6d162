"""Contact, CVM: above the amount X."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-550",
    revision=1,
    purpose="The terminal follows a rule of condition 07 when the amount exceeds X, and not when it is X.",
    refs=["EMV Book 3"],
    sources=["PB-7.7"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "O2", "card", "capk"),
)
def above_amount_x(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit", elements={0x8E: bytes.fromhex("000003E8000000001E071F00")})

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(capabilities="6028C8")

    with run.step("10.00 is X: the rule of condition 07 is passed over"):
        terminal.pos.sell(card, "10.00")
        expect.recorded(terminal, "cvm", "1F0002", ref="EMV Book 3")

    with run.step("10.01 is above X: signature"):
        terminal.pos.sell(card, "10.01")
        expect.recorded(terminal, "cvm", "1E0700", ref="EMV Book 3")
