"""Transit, bus: the card leaves before the last record is read."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TRN-BUS-051",
    revision=1,
    purpose="The validator starts anew with a card that left before the last READ RECORD reached it and has rolled back: no sale for the torn tap, one debit in all.",
    refs=["JR/T 0025.12-2018", "JR/T 0025.12-2018 Annex F", "JR/T 0025.13-2018"],
    sources=["TR-05b", "PB-7.5"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.FLASH_CARD",
    needs=("O1", "O2", "O9", "tear"),
)
def rolled_back_card_starts_anew(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="50.00")

    with run.preamble("Fare 1.00, validator idle"):
        terminal.ready(fare="1.00", T1=run.parameter("T1"), T2=run.parameter("T2"))

    with run.step("Tap; the card leaves before the last READ RECORD reaches it"):
        terminal.tap(card, withdraw=sim.torn_before("last record"))
        expect.no_record(terminal, kind="sale", ref="JR/T 0025.12-2018 Annex F")
        expect.balance(card, "50.00", ref="JR/T 0025.12-2018")

    with run.step("The same card returns within T1"):
        run.wait(run.parameter("T1") / 2)
        again = terminal.tap(card)
        expect.sent(again, "GET PROCESSING OPTIONS", ref="JR/T 0025.12-2018 Annex F")
        expect.one_record(terminal, kind="sale", amount="1.00", ref="JR/T 0025.12-2018 Annex F")
        expect.balance(card, "49.00", ref="JR/T 0025.13-2018")
