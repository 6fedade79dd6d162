"""Transit, bus: a torn tap outlives its window."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TRN-BUS-060",
    revision=1,
    purpose="The validator moves a torn tap to the exception file after T2, never to settlement, and starts a new transaction when the card returns.",
    refs=["JR/T 0025.12-2018 Annex F"],
    sources=["TR-06"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.FLASH_CARD",
    needs=("O1", "O2", "tear"),
)
def torn_tap_expires(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="50.00")

    with run.preamble("Fare 1.00, validator idle"):
        terminal.ready(fare="1.00", T1=run.parameter("T1"), T2=run.parameter("T2"))

    with run.step("Tap; the answer to the last READ RECORD is lost"):
        terminal.tap(card, withdraw=sim.answer_lost("last record"))
        expect.no_record(terminal, kind="sale", ref="JR/T 0025.12-2018 Annex F")

    with run.step("The same card returns after T2"):
        run.wait(run.parameter("T2") + 1)
        again = terminal.tap(card)
        expect.record_count(terminal, 1, kind="exception", ref="JR/T 0025.12-2018 Annex F")
        expect.sent(again, "GET PROCESSING OPTIONS", ref="JR/T 0025.12-2018 Annex F")
        expect.one_record(terminal, kind="sale", amount="1.00", ref="JR/T 0025.12-2018 Annex F")
