"""Scenic gate: the answer to the last record is lost."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOU-GAT-100",
    revision=1,
    purpose="The gate stays locked when a tap is torn, and opens once, with one debit, when the same card returns within T1.",
    refs=["JR/T 0025.12-2018 Annex F", "JR/T 0025.13-2018"],
    sources=["SC-10", "TR-05a"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.GATE and TERMINAL.FLASH_CARD",
    needs=("O1", "O2", "O6", "O9", "tear"),
)
def a_torn_tap_opens_once(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="90.00")

    with run.preamble("Adult 20.00, lane locked"):
        terminal.ready(T1=run.parameter("T1"), T2=run.parameter("T2"))
        terminal.gate.admit(prices={"adult": "20.00"})

    with run.step("Tap; the card commits, but its answer to the last READ RECORD is lost"):
        torn = terminal.tap(card, withdraw=sim.answer_lost("last record"))
        expect.stays_closed(torn, ref="JR/T 0025.12-2018 Annex F")
        expect.no_record(terminal, kind="sale", ref="JR/T 0025.12-2018 Annex F")

    with run.step("The same card returns within T1"):
        again = terminal.tap(card, after=run.parameter("T1") / 2)
        expect.not_sent(again, "GET PROCESSING OPTIONS", ref="JR/T 0025.12-2018 Annex F")
        expect.opened(again, ref="JR/T 0025.12-2018 Annex F")
        expect.one_record(terminal, kind="sale", amount="20.00", ref="JR/T 0025.12-2018 Annex F")
        expect.balance(card, "70.00", ref="JR/T 0025.13-2018")
