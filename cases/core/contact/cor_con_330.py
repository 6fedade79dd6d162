"""Contact, TVR B5b8: default TDOL."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-330",
    revision=1,
    purpose="The terminal sets B5b8 of the TVR when the card asks for a TC hash and has no TDOL.",
    refs=["EMV Book 3"],
    sources=["PB-4.2", "PB-7.7"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "O2", "card", "capk"),
)
def default_tdol(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card(
        "debit-credit",
        elements={0x8C: bytes.fromhex("9F02069F03069F1A0295055F2A029A039C019F37049F21039F4E149F34039814")},
    )

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(capabilities="6028C8")

    with run.step("CDOL1 asks for 98, and no record holds 97"):
        terminal.pos.sell(card, "10.00")
        expect.tvr(terminal, "default_tdol", ref="EMV Book 3")
