"""Extended application: the proof of a torn segment."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-EXT-040",
    revision=1,
    purpose="The terminal asks a card that returns for the proof of its torn segment, and completes the segment without a second debit.",
    refs=["JR/T 0025.14-2018"],
    sources=["PB-8.proof", "PB-7.5"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EXTENDED_APPLICATION and TERMINAL.FLASH_CARD",
    needs=("O1", "O2", "O9", "tear", "card", "capk"),
)
def torn_segment_is_proved(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("extended-application")

    with run.preamble("Terminal idle on 4 May 2026, its field off"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(extended_application=True, ttq="2E000080")

    with run.step("The card commits 3.00, but its answer to the last READ RECORD is lost"):
        terminal.pos.sell(
            card,
            "3.00",
            interface="contactless",
            indicator="1",
            sfi="21",
            identifier="0570",
            record="05700700000000000001",
            withdraw=sim.answer_lost("last record"),
        )
        expect.no_record(terminal, kind="sale", ref="JR/T 0025.14-2018")

    with run.step("The same card returns and proves it by GET TRANS PROVE"):
        again = terminal.tap(card)
        expect.sent(again, "GET TRANS PROVE", ref="JR/T 0025.14-2018")
        expect.not_sent(again, "UPDATE CAPP DATA CACHE", ref="JR/T 0025.14-2018")
        expect.one_record(terminal, kind="sale", amount="3.00", ref="JR/T 0025.14-2018")
        expect.balance(card, "997.00", ref="JR/T 0025.14-2018")
