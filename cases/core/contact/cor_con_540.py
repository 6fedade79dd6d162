"""Contact, CVM: the ID document of somebody else."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-540",
    revision=1,
    purpose="The terminal fails the method ID document when the attendant finds another document than the one of 9F61 and 9F62.",
    refs=["JR/T 0025.6"],
    sources=["PB-3.9f61", "PB-7.7"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ID_DOCUMENT",
    needs=("O1", "O2", "card", "capk"),
    control="COR-CON-530",
)
def id_document_of_another(terminal: Terminal, run: CaseRun) -> None:
    elements = {0x8E: bytes.fromhex("00000000000000002000"), 0x9F61: b"TEST0001", 0x9F62: b"\0"}
    card = sim.card("debit-credit", elements=elements)

    with run.preamble("Terminal idle on 4 May 2026, with a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(capabilities="6029C8")

    with run.step("The document that is shown has another number"):
        terminal.pos.sell(card, "10.00", document="no")
        expect.recorded(terminal, "cvm", "200001", ref="JR/T 0025.6")
        expect.tvr(terminal, "cvm_failed", ref="JR/T 0025.6")
