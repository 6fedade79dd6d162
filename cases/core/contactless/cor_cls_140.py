"""Contactless: torn before the last record."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CLS-140",
    revision=1,
    purpose="The terminal stores no sale when the card leaves before its last record is read.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-7.5"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC",
    needs=("O1", "O2", "O5", "O9", "tear", "card", "capk"),
    control="COR-CLS-010",
)
def torn_before_commit(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="50.00")

    with run.preamble("Terminal idle on 4 May 2026, its field off"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept()

    with run.step("The card leaves before the last READ RECORD"):
        dialogue = terminal.pos.sell(
            card, "10.00", interface="contactless", withdraw=sim.torn_before("last record")
        )
        expect.no_record(terminal, kind="sale", ref="JR/T 0025.12-2018")
        expect.indicated(dialogue, "present-again", ref="JR/T 0025.12-2018")
        expect.balance(card, "50.00", ref="JR/T 0025.12-2018")
