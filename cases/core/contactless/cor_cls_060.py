"""Contactless, fDDA: forged signature."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CLS-060",
    revision=1,
    purpose="The terminal declines a TC whose signature does not verify when 9F6C says nothing else.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-6.2", "PB-7.4"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC",
    needs=("O1", "O2", "card", "capk"),
    control="COR-CLS-010",
)
def forged_fdda(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card(
        "electronic-cash",
        balance="50.00",
        probe="fdda-signature-forged",
        elements={0x9F6C: bytes.fromhex("0000")},
    )

    with run.preamble("Terminal idle on 4 May 2026, its field off"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept()

    with run.step("One bit of 9F4B is turned"):
        terminal.pos.sell(card, "10.00", interface="contactless")
        expect.outcome(terminal, "offline declined", ref="JR/T 0025.12-2018")
        expect.no_record(terminal, kind="sale", ref="JR/T 0025.12-2018")
