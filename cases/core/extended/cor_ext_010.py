"""Extended application: entry and exit."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-EXT-010",
    revision=1,
    purpose="The terminal writes the record at an entry of 0.00 and at an exit of 3.00, and the card pays once.",
    refs=["JR/T 0025.14-2018"],
    sources=["PB-8"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EXTENDED_APPLICATION",
    needs=("O1", "O2", "O9", "card", "capk"),
)
def entry_and_exit(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("extended-application")

    with run.preamble("Terminal idle on 4 May 2026, its field off"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(extended_application=True, ttq="2E000080")

    with run.step("Entry: 0.00, the record is written"):
        dialogue = terminal.pos.sell(
            card,
            "0.00",
            interface="contactless",
            indicator="1",
            sfi="21",
            identifier="0570",
            record="05700700000000000001",
        )
        expect.sent(dialogue, "UPDATE CAPP DATA CACHE", ref="JR/T 0025.14-2018")
        expect.balance(card, "1000.00", ref="JR/T 0025.14-2018")

    with run.step("Exit: 3.00, the record is written again"):
        terminal.pos.sell(
            card,
            "3.00",
            interface="contactless",
            indicator="1",
            sfi="21",
            identifier="0570",
            record="05700700000000000002",
        )
        expect.outcome(terminal, "offline approved", ref="JR/T 0025.14-2018")
        expect.balance(card, "997.00", ref="JR/T 0025.14-2018")
