"""Extended application: the R-MAC of a record."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-EXT-060",
    revision=1,
    purpose="The terminal ends the transaction before GET PROCESSING OPTIONS when the MAC of the record read does not hold.",
    refs=["JR/T 0025.14-2018"],
    sources=["PB-8.read", "PB-8.rmac"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EXTENDED_APPLICATION",
    needs=("O1", "O2", "O9", "card", "capk"),
    control="COR-EXT-010",
)
def forged_record_mac(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("extended-application", probe="journey-mac-forged", elements={0xDF61: b"\x82"})

    with run.preamble("Terminal idle on 4 May 2026, its field off"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(extended_application=True, ttq="2E000080")

    with run.step("DF61 is 82; one bit of the MAC behind the record is turned"):
        dialogue = terminal.pos.sell(
            card,
            "3.00",
            interface="contactless",
            indicator="1",
            sfi="21",
            identifier="0570",
            record="05700700000000000001",
        )
        expect.sent(dialogue, "READ CAPP DATA", ref="JR/T 0025.14-2018")
        expect.not_sent(dialogue, "GET PROCESSING OPTIONS", ref="JR/T 0025.14-2018")
        expect.no_record(terminal, kind="sale", ref="JR/T 0025.14-2018")
        expect.balance(card, "1000.00", ref="JR/T 0025.14-2018")
