"""Contactless: an AAC."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CLS-170",
    revision=1,
    purpose="The terminal declines when the card answers with an AAC.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-7.4"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC",
    needs=("O1", "O2", "card", "capk"),
    control="COR-CLS-010",
)
def reader_declined_by_card(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="5.00")

    with run.preamble("Terminal idle on 4 May 2026, its field off"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(ttq="2E000080")

    with run.step("A card with 5.00 is asked for 10.00 offline"):
        dialogue = terminal.pos.sell(card, "10.00", interface="contactless")
        expect.cryptogram(dialogue, "AAC", ref="JR/T 0025.12-2018")
        expect.no_record(terminal, kind="sale", ref="JR/T 0025.12-2018")
        expect.outcome(terminal, "offline declined", ref="JR/T 0025.12-2018")
