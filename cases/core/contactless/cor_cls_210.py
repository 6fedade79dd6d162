"""Contactless: torn after the last record."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CLS-210",
    revision=1,
    purpose="The terminal completes a sale whose answer to the last READ RECORD was lost, with one debit, when the same card returns.",
    refs=["JR/T 0025.12-2018 Annex F"],
    sources=["PB-7.5", "PB-7.5.terminal"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.FLASH_CARD",
    needs=("O1", "O2", "O9", "tear", "card", "capk"),
)
def lost_answer_completes(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="50.00")

    with run.preamble("Terminal idle on 4 May 2026, its field off"):
        terminal.ready(date="2026-05-04", T1=run.parameter("T1"), T2=run.parameter("T2"))
        terminal.pos.accept()

    with run.step("The card commits 10.00, but its answer to the last READ RECORD is lost"):
        terminal.pos.sell(card, "10.00", interface="contactless", withdraw=sim.answer_lost("last record"))
        expect.no_record(terminal, kind="sale", ref="JR/T 0025.12-2018 Annex F")

    with run.step("The same card returns"):
        again = terminal.tap(card)
        expect.not_sent(again, "GET PROCESSING OPTIONS", ref="JR/T 0025.12-2018 Annex F")
        expect.one_record(terminal, kind="sale", amount="10.00", ref="JR/T 0025.12-2018 Annex F")
        expect.outcome(terminal, "offline approved", ref="JR/T 0025.12-2018 Annex F")
        expect.balance(card, "40.00", ref="JR/T 0025.12-2018 Annex F")
