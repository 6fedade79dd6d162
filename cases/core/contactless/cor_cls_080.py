"""Contactless, fDDA: another interface by 9F6C b5."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CLS-080",
    revision=1,
    purpose="The terminal offers the contact interface when fDDA fails and 9F6C b5 is set.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-7.4"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.CONTACT",
    needs=("O1", "O2", "card", "capk"),
)
def forged_fdda_other_interface(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card(
        "electronic-cash",
        balance="50.00",
        probe="fdda-signature-forged",
        elements={0x9F6C: bytes.fromhex("1000")},
    )

    with run.preamble("Terminal idle on 4 May 2026, its field off"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept()

    with run.step("One bit of 9F4B is turned; 9F6C is 1000"):
        terminal.pos.sell(card, "10.00", interface="contactless")
        expect.outcome(terminal, "use another interface", ref="JR/T 0025.12-2018")
