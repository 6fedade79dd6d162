"""Extended application: torn after the update."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-EXT-030",
    revision=1,
    purpose="A card that leaves between the update and its last record has neither paid nor kept the record, and the terminal sells nothing.",
    refs=["JR/T 0025.14-2018"],
    sources=["PB-8"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EXTENDED_APPLICATION",
    needs=("O1", "O2", "O9", "tear", "card", "capk"),
)
def updated_before_commit(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("extended-application")

    with run.preamble("Terminal idle on 4 May 2026, its field off"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(extended_application=True, ttq="2E000080")

    with run.step("The card leaves before the last READ RECORD"):
        dialogue = terminal.pos.sell(
            card,
            "3.00",
            interface="contactless",
            indicator="1",
            sfi="21",
            identifier="0570",
            record="05700700000000000001",
            withdraw=sim.torn_before("last record"),
        )
        expect.sent(dialogue, "UPDATE CAPP DATA CACHE", ref="JR/T 0025.14-2018")
        expect.no_record(terminal, kind="sale", ref="JR/T 0025.14-2018")
        expect.balance(card, "1000.00", ref="JR/T 0025.14-2018")
