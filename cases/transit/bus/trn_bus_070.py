"""Transit, bus: more cards are torn than flash records fit."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TRN-BUS-070",
    revision=1,
    purpose="The validator moves its oldest torn tap to the exception file when another one has no room, and drops none silently.",
    refs=["JR/T 0025.12-2018 Annex F"],
    sources=["TR-07"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.FLASH_CARD",
    needs=("O1", "O2", "tear"),
)
def oldest_torn_tap_makes_room(terminal: Terminal, run: CaseRun) -> None:
    cards = [sim.card("electronic-cash", pan=f"621094800000{n}000") for n in range(1001, 1005)]

    with run.preamble("Fare 1.00, room for 3 flash records"):
        terminal.ready(fare="1.00", T1=run.parameter("T1"), T2=run.parameter("T2"), flash_capacity=3)

    with run.step("Four cards tap; each answer to the last READ RECORD is lost"):
        for card in cards:
            terminal.tap(card, withdraw=sim.answer_lost("last record"))
        expect.record_count(terminal, 1, kind="exception", ref="JR/T 0025.12-2018 Annex F")
        expect.no_record(terminal, kind="sale", ref="JR/T 0025.12-2018 Annex F")

    with run.step("The last three return"):
        for card in cards[1:]:
            expect.not_sent(terminal.tap(card), "GET PROCESSING OPTIONS", ref="JR/T 0025.12-2018 Annex F")
        expect.record_count(terminal, 3, kind="sale", ref="JR/T 0025.12-2018 Annex F")
