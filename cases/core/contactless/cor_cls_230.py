"""Contactless: a torn card that does not return."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CLS-230",
    revision=1,
    purpose="The terminal keeps a sale whose card left at its last record as an exception, and sells nothing, when the card does not return within T2.",
    refs=["JR/T 0025.12-2018 Annex F"],
    sources=["PB-7.5", "TR-06"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.FLASH_CARD",
    needs=("O1", "O2", "tear", "card", "capk"),
)
def torn_card_stays_away(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="50.00")

    with run.preamble("Terminal idle on 4 May 2026, its field off"):
        terminal.ready(date="2026-05-04", T1=run.parameter("T1"), T2=run.parameter("T2"))
        terminal.pos.accept()

    with run.step("The answer to the last READ RECORD of a sale over 10.00 is lost"):
        terminal.pos.sell(card, "10.00", interface="contactless", withdraw=sim.answer_lost("last record"))
        expect.no_record(terminal, kind="exception", ref="JR/T 0025.12-2018 Annex F")

    with run.step("T2 passes"):
        run.wait(run.parameter("T2") + 1)
        expect.one_record(terminal, kind="exception", amount="10.00", ref="JR/T 0025.12-2018 Annex F")
        expect.no_record(terminal, kind="sale", ref="JR/T 0025.12-2018 Annex F")
