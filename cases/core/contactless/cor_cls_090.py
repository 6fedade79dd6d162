"""Contactless: an expired application."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CLS-090",
    revision=1,
    purpose="The terminal declines an expired application before the card commits when 9F6C b4 is not set.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-7.4"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC",
    needs=("O1", "O2", "O9", "card", "capk"),
    control="COR-CLS-010",
)
def expired_declined(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="50.00", expires="260503")

    with run.preamble("Terminal idle on 4 May 2026, its field off"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept()

    with run.step("5F24 is the day before"):
        terminal.pos.sell(card, "10.00", interface="contactless")
        expect.outcome(terminal, "offline declined", ref="JR/T 0025.12-2018")
        expect.balance(card, "50.00", ref="JR/T 0025.12-2018")
