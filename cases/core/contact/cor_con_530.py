"""Contact, CVM: ID document."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-530",
    revision=1,
    purpose="The terminal notes success when the attendant finds that the ID document is the one of 9F61 and 9F62.",
    refs=["JR/T 0025.6"],
    sources=["PB-3.9f61", "PB-7.7"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ID_DOCUMENT",
    needs=("O1", "O2", "card", "capk"),
)
def id_document_shown(terminal: Terminal, run: CaseRun) -> None:
    elements = {0x8E: bytes.fromhex("00000000000000002000"), 0x9F61: b"TEST0001", 0x9F62: b"\0"}
    card = sim.card("debit-credit", elements=elements)

    with run.preamble("Terminal idle on 4 May 2026, with a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(capabilities="6029C8")

    with run.step("The document TEST0001 is shown"):
        terminal.pos.sell(card, "10.00", document="yes")
        expect.recorded(terminal, "cvm", "200002", ref="JR/T 0025.6")
        expect.tvr(terminal, ref="JR/T 0025.6")
        expect.outcome(terminal, "offline approved", ref="JR/T 0025.6")
