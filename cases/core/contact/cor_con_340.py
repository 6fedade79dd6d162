"""Contact, TVR B5b7: issuer authentication failed."""

from conformance.api import Acquirer, CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-340",
    revision=1,
    purpose="The terminal sets B5b7 of the TVR when the card refuses the issuer's cryptogram.",
    refs=["EMV Book 3"],
    sources=["PB-4.2", "PB-7.7"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ONLINE",
    needs=("O1", "O2", "O3", "card", "capk"),
)
def issuer_authentication_failed(terminal: Terminal, acquirer: Acquirer, run: CaseRun) -> None:
    card = sim.card("debit-credit", probe="arpc-refused", elements={0x82: bytes.fromhex("3C00")})

    with run.preamble("Terminal idle, its acquirer within reach"):
        acquirer.know("6210948000000011")
        terminal.ready(date="2026-05-04", acquirer=acquirer)
        terminal.pos.accept(floor_limit="5.00", capabilities="6028C8")

    with run.step("The issuer approves; the card answers EXTERNAL AUTHENTICATE with 6300"):
        terminal.pos.sell(card, "10.00")
        expect.tvr(terminal, "issuer_authentication_failed", "floor_limit", ref="EMV Book 3")
