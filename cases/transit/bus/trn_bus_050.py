"""Transit, bus: the answer to the last record is lost."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TRN-BUS-050",
    revision=1,
    purpose="The validator completes a tap whose answer to the last READ RECORD was lost, with one debit, when the same card returns within T1.",
    refs=["JR/T 0025.12-2018 Annex F", "JR/T 0025.13-2018"],
    sources=["TR-05a", "PB-7.5"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.FLASH_CARD",
    needs=("O1", "O2", "O9", "tear"),
)
def lost_answer_completes_once(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="50.00")

    with run.preamble("Fare 1.00, validator idle"):
        terminal.ready(fare="1.00", T1=run.parameter("T1"), T2=run.parameter("T2"))

    with run.step("Tap; the card commits, but its answer to the last READ RECORD is lost"):
        terminal.tap(card, withdraw=sim.answer_lost("last record"))
        expect.no_record(terminal, kind="sale", ref="JR/T 0025.12-2018 Annex F")

    with run.step("The same card returns within T1"):
        run.wait(run.parameter("T1") / 2)
        again = terminal.tap(card)
        expect.not_sent(again, "GET PROCESSING OPTIONS", ref="JR/T 0025.12-2018 Annex F")
        expect.one_record(terminal, kind="sale", amount="1.00", ref="JR/T 0025.12-2018 Annex F")
        expect.balance(card, "49.00", ref="JR/T 0025.13-2018")
