"""Toll, exit: the card is withdrawn while it pays."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOL-EXT-050",
    revision=1,
    purpose="The lane keeps the barrier down when the card left with its last answer, and completes the payment once when it returns within T1.",
    refs=["Expressway toll practice", "JR/T 0025.12-2018 Annex F", "JR/T 0025.13-2018"],
    sources=["HW-05", "TR-05a", "PB-7.5"],
    applies_if="TERMINAL.TOLL_LANE and TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.FLASH_CARD",
    needs=("O1", "O2", "O6", "O9", "tear"),
)
def a_torn_tap_completes_once(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="100.00")

    with run.preamble("Toll 35.00; the pass card is read"):
        terminal.ready(date="2026-07-01", T1=run.parameter("T1"), T2=run.parameter("T2"))
        terminal.lane.open(tolls={1: "35.00"})
        terminal.lane.arrive("贵G00001")
        terminal.tap(sim.toll_card(entered="2026-07-01T07:00:00", pass_card=True))

    with run.step("Tap; the card commits, but its answer to the last READ RECORD is lost"):
        terminal.tap(card, withdraw=sim.answer_lost("last record"))
        expect.no_record(terminal, kind="sale", ref="JR/T 0025.12-2018 Annex F")
        expect.barrier_down(terminal, ref="Expressway toll practice")

    with run.step("The same card returns within T1"):
        run.wait(run.parameter("T1") / 2)
        again = terminal.tap(card)
        expect.not_sent(again, "GET PROCESSING OPTIONS", ref="JR/T 0025.12-2018 Annex F")
        expect.one_record(terminal, kind="sale", amount="35.00", ref="JR/T 0025.12-2018 Annex F")
        expect.balance(card, "65.00", ref="JR/T 0025.13-2018")
        expect.barrier_raised(terminal, ref="Expressway toll practice")
