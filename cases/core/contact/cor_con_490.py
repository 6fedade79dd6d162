"""Contact, CVM: ID document without 9F61."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-490",
    revision=1,
    purpose="The terminal fails the method ID document when the card holds no 9F61.",
    refs=["JR/T 0025.6"],
    sources=["PB-3"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ID_DOCUMENT",
    needs=("O1", "O2", "card", "capk"),
)
def id_document_without_number(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit", elements={0x8E: bytes.fromhex("00000000000000002000")})

    with run.preamble("Terminal idle on 4 May 2026, with a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(capabilities="6029C8")

    with run.step("The list asks for an ID document; the card holds none"):
        terminal.pos.sell(card, "10.00", document="yes")
        expect.recorded(terminal, "cvm", "200001", ref="JR/T 0025.6")
        expect.tvr(terminal, "cvm_failed", ref="JR/T 0025.6")
