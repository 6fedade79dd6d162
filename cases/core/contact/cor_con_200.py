"""Contact, TVR B2b5: service not allowed."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-200",
    revision=1,
    purpose="The terminal sets B2b5 of the TVR when 9F07 does not allow goods and services.",
    refs=["EMV Book 3", "JR/T 0025.6"],
    sources=["PB-4.2", "PB-7.7"],
    applies_if="TERMINAL.CONTACT",
    needs=("O1", "O2", "card", "capk"),
)
def service_not_allowed(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit", elements={0x9F07: bytes.fromhex("C300")})

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(capabilities="6028C8")

    with run.step("9F07 allows cash only"):
        dialogue = terminal.pos.sell(card, "10.00")
        expect.tvr(terminal, "service_not_allowed", ref="EMV Book 3")
        expect.requested(dialogue, "AAC", ref="JR/T 0025.6")
