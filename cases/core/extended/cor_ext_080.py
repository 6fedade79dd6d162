"""Extended application: a record is opened."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-EXT-080",
    revision=1,
    purpose="The terminal opens a record with APPEND RECORD, under the key that the card then takes updates of it with.",
    refs=["JR/T 0025.14-2018"],
    sources=["PB-8.append"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EXTENDED_APPLICATION and TERMINAL.EXTENDED_OPENING",
    needs=("O1", "O2", "O9", "card", "capk"),
)
def record_opened(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("extended-application")

    with run.preamble("Terminal idle on 4 May 2026, its field off"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(extended_application=True, ttq="2E000080")

    with run.step("Record 0571 is opened in file 22"):
        dialogue = terminal.pos.open_record(card, sfi="22", record="05710701020304050607")
        expect.sent(dialogue, "APPEND RECORD", ref="JR/T 0025.14-2018")

    with run.step("A segment of 3.00 is paid with it"):
        terminal.pos.sell(
            card,
            "3.00",
            interface="contactless",
            indicator="1",
            sfi="22",
            identifier="0571",
            record="05710700000000000001",
        )
        expect.outcome(terminal, "offline approved", ref="JR/T 0025.14-2018")
        expect.balance(card, "997.00", ref="JR/T 0025.14-2018")
