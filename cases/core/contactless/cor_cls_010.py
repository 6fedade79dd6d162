"""Contactless: a TC offline."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CLS-010",
    revision=1,
    purpose="The terminal approves a TC whose fast dynamic signature verifies.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-7.4"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC",
    needs=("O1", "O2", "O9", "card", "capk"),
)
def offline_tc(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="50.00")

    with run.preamble("Terminal idle on 4 May 2026, its field off"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept()

    with run.step("A card with 50.00 pays 10.00"):
        dialogue = terminal.pos.sell(card, "10.00", interface="contactless")
        expect.cryptogram(dialogue, "TC", ref="JR/T 0025.12-2018")
        expect.outcome(terminal, "offline approved", ref="JR/T 0025.12-2018")
        expect.balance(card, "40.00", ref="JR/T 0025.12-2018")
