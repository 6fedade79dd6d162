"""Contactless: debit and credit in the field."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CLS-130",
    revision=1,
    purpose="The terminal goes on as over contacts when the card takes contactless debit and credit.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-7.2"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.CONTACTLESS_PBOC",
    needs=("O1", "O2", "card", "capk"),
)
def contactless_debit(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("contactless-debit", elements={0x8E: bytes.fromhex("00000000000000001F00")})

    with run.preamble("Terminal idle on 4 May 2026, its field off"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(ttq="76000080", electronic_cash=False)

    with run.step("AIP B2b8 of the card is set"):
        dialogue = terminal.pos.sell(card, "10.00", interface="contactless")
        expect.requested(dialogue, "TC", ref="JR/T 0025.12-2018")
        expect.outcome(terminal, "offline approved", ref="JR/T 0025.12-2018")
