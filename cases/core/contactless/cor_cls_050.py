"""Contactless, CVM: signature by 9F6C."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CLS-050",
    revision=1,
    purpose="The terminal prints a line to sign on when 9F6C asks for a signature.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-4.6"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC",
    needs=("O1", "O2", "O7", "card", "capk"),
)
def signature_by_ctq(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="50.00", elements={0x9F68: bytes.fromhex("99107000")})

    with run.preamble("Terminal idle on 4 May 2026, its field off"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(cvm_limit="10.00")

    with run.step("The card has no online PIN; 10.00 is paid with a CVM limit of 10.00"):
        terminal.pos.sell(card, "10.00", interface="contactless")
        expect.recorded(terminal, "cvm", "1E0000", ref="JR/T 0025.12-2018")
        expect.receipt_says(terminal, "持卡人签名:", ref="JR/T 0025.12-2018")
