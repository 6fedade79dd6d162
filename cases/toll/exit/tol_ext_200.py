"""Toll, exit: the answer to the debit is lost."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOL-EXT-200",
    revision=1,
    purpose="The lane asks the card for the proof when the answer to DEBIT FOR PURCHASE was lost, and takes the toll once.",
    refs=["Expressway toll practice", "Toll user card practice"],
    sources=["HW-20", "HW-42"],
    applies_if="TERMINAL.TOLL_LANE and TERMINAL.TOLL_CARD",
    needs=("O1", "O2", "O6", "O9", "tear"),
)
def a_lost_debit_is_proved(terminal: Terminal, run: CaseRun) -> None:
    card = sim.toll_card(entered="2026-07-01T07:00:00", balance="100.00")

    with run.preamble("Toll 35.00; a vehicle stands in the lane"):
        terminal.ready(date="2026-07-01")
        terminal.lane.open(tolls={1: "35.00"})
        terminal.lane.arrive("贵G00001")

    with run.step("Tap a toll user card; it pays, but its answer to the debit is lost"):
        terminal.tap(card, withdraw=sim.answer_lost("DEBIT FOR PURCHASE"))
        expect.no_record(terminal, kind="sale", ref="Expressway toll practice")
        expect.barrier_down(terminal, ref="Expressway toll practice")

    with run.step("Tap the same card again"):
        again = terminal.tap(card)
        expect.not_sent(again, "DEBIT FOR PURCHASE", ref="Toll user card practice")
        expect.sent(again, "GET TRANS PROVE", ref="Toll user card practice")
        expect.one_record(terminal, kind="sale", amount="35.00", ref="Expressway toll practice")
        expect.purse_balance(card, "65.00", ref="Toll user card practice")
        expect.barrier_raised(terminal, ref="Expressway toll practice")
