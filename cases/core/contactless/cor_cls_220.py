"""Contactless: torn before the last record, and back."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CLS-220",
    revision=1,
    purpose="The terminal sells anew, with one debit, when a card returns that left before the last READ RECORD.",
    refs=["JR/T 0025.12-2018 Annex F"],
    sources=["PB-7.5", "PB-7.5.terminal"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.FLASH_CARD",
    needs=("O1", "O2", "O9", "tear", "card", "capk"),
)
def rolled_back_pays_anew(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="50.00")

    with run.preamble("Terminal idle on 4 May 2026, its field off"):
        terminal.ready(date="2026-05-04", T1=run.parameter("T1"), T2=run.parameter("T2"))
        terminal.pos.accept()

    with run.step("The card leaves before the last READ RECORD of a sale over 10.00"):
        terminal.pos.sell(card, "10.00", interface="contactless", withdraw=sim.torn_before("last record"))
        expect.balance(card, "50.00", ref="JR/T 0025.12-2018 Annex F")

    with run.step("The same card returns"):
        again = terminal.tap(card)
        expect.sent(again, "GET PROCESSING OPTIONS", ref="JR/T 0025.12-2018 Annex F")
        expect.one_record(terminal, kind="sale", amount="10.00", ref="JR/T 0025.12-2018 Annex F")
        expect.balance(card, "40.00", ref="JR/T 0025.12-2018 Annex F")
