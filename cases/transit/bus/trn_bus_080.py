"""Transit, bus: another card comes while a torn tap waits."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TRN-BUS-080",
    revision=1,
    purpose="The validator serves another card inside T1 and still completes the torn tap, with one debit, when its card returns.",
    refs=["JR/T 0025.12-2018 Annex F", "JR/T 0025.13-2018"],
    sources=["TR-08"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.FLASH_CARD",
    needs=("O1", "O2", "O9", "tear"),
)
def another_card_leaves_the_torn_tap_alone(terminal: Terminal, run: CaseRun) -> None:
    torn = sim.card("electronic-cash", balance="50.00", pan="6210948000000111")
    other = sim.card("electronic-cash", balance="20.00", pan="6210948000000222")

    with run.preamble("Fare 1.00, validator idle"):
        terminal.ready(fare="1.00", T1=run.parameter("T1"), T2=run.parameter("T2"))

    with run.step("Tap; the answer to the last READ RECORD is lost"):
        terminal.tap(torn, withdraw=sim.answer_lost("last record"))
        expect.no_record(terminal, kind="sale", ref="JR/T 0025.12-2018 Annex F")

    with run.step("Another card taps inside T1"):
        run.wait(run.parameter("T1") / 4)
        terminal.tap(other)
        expect.one_record(terminal, kind="sale", amount="1.00", ref="JR/T 0025.12-2018 Annex F")
        expect.balance(other, "19.00", ref="JR/T 0025.13-2018")

    with run.step("The torn card returns inside T1"):
        run.wait(run.parameter("T1") / 4)
        again = terminal.tap(torn)
        expect.not_sent(again, "GET PROCESSING OPTIONS", ref="JR/T 0025.12-2018 Annex F")
        expect.record_count(terminal, 2, kind="sale", ref="JR/T 0025.12-2018 Annex F")
        expect.balance(torn, "49.00", ref="JR/T 0025.13-2018")
