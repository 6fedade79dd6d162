"""Contact, CVM: the amount Y."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-560",
    revision=1,
    purpose="The terminal follows a rule of condition 08 up to the amount Y and one of condition 09 above it, whatever X is.",
    refs=["EMV Book 3"],
    sources=["PB-7.7"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "O2", "card", "capk"),
)
def amount_y(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit", elements={0x8E: bytes.fromhex("00000000000003E81F081E09")})

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(capabilities="6028C8")

    with run.step("10.00 is Y: no CVM"):
        terminal.pos.sell(card, "10.00")
        expect.recorded(terminal, "cvm", "1F0802", ref="EMV Book 3")

    with run.step("10.01 is above Y: signature"):
        terminal.pos.sell(card, "10.01")
        expect.recorded(terminal, "cvm", "1E0900", ref="EMV Book 3")
