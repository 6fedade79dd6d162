"""Contactless: a card of the exception file."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CLS-110",
    revision=1,
    purpose="The terminal declines a card of its exception file before the card commits.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-7.4"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC",
    needs=("O1", "O2", "O9", "card", "capk"),
    control="COR-CLS-010",
)
def listed_card(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="50.00")

    with run.preamble("Terminal idle on 4 May 2026, its field off"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept()
        terminal.load_blacklist("6210948000000011", version=2)

    with run.step("The card's PAN is on the blacklist"):
        terminal.pos.sell(card, "10.00", interface="contactless")
        expect.outcome(terminal, "offline declined", ref="JR/T 0025.12-2018")
        expect.balance(card, "50.00", ref="JR/T 0025.12-2018")
