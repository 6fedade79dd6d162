"""Extended application: pre-authorisation and completion."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-EXT-020",
    revision=1,
    purpose="The terminal takes a pre-authorisation without a cryptogram, and its completion gives back the difference.",
    refs=["JR/T 0025.14-2018"],
    sources=["PB-8"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EXTENDED_APPLICATION",
    needs=("O1", "O2", "O9", "card", "capk"),
)
def preauthorisation_and_completion(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("extended-application")

    with run.preamble("Terminal idle on 4 May 2026, its field off"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(extended_application=True, ttq="2E000080")

    with run.step("60.00 are held"):
        terminal.pos.sell(
            card,
            "60.00",
            interface="contactless",
            indicator="2",
            sfi="21",
            identifier="0570",
            record="05700700000000000001",
        )
        expect.outcome(terminal, "offline approved", ref="JR/T 0025.14-2018")
        expect.balance(card, "940.00", ref="JR/T 0025.14-2018")

    with run.step("30.00 of them are paid"):
        terminal.pos.sell(
            card,
            "30.00",
            interface="contactless",
            indicator="3",
            sfi="21",
            identifier="0570",
            record="05700700000000000002",
        )
        expect.outcome(terminal, "offline approved", ref="JR/T 0025.14-2018")
        expect.balance(card, "970.00", ref="JR/T 0025.14-2018")
