"""Toll, exit: another vehicle stands behind."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOL-EXT-070",
    revision=1,
    purpose="While another vehicle stands behind, a card pays the toll of the first only after the collector confirmed whose it is.",
    refs=["Expressway toll practice", "JR/T 0025.13-2018"],
    sources=["HW-07"],
    applies_if="TERMINAL.TOLL_LANE and TERMINAL.CONTACTLESS and TERMINAL.EC",
    needs=("O1", "O2", "O6", "O9"),
)
def the_next_vehicles_card_waits(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="100.00")

    with run.preamble("Toll 35.00; a vehicle stands in the lane and its pass card is read"):
        terminal.ready(date="2026-07-01")
        terminal.lane.open(tolls={1: "35.00"})
        terminal.lane.arrive("贵G00001")
        terminal.tap(sim.toll_card(entered="2026-07-01T07:00:00", pass_card=True))
        terminal.lane.arrive("贵G00002", number="2")

    with run.step("Tap a card that may be of either vehicle"):
        tap = terminal.tap(card)
        expect.not_sent(tap, "GET PROCESSING OPTIONS", ref="Expressway toll practice")
        expect.barrier_down(terminal, ref="Expressway toll practice")
        expect.balance(card, "100.00", ref="JR/T 0025.13-2018")

    with run.step("The collector confirms that the card is of the first vehicle; tap it"):
        terminal.lane.confirm()
        terminal.tap(card)
        expect.one_record(terminal, kind="sale", amount="35.00", ref="Expressway toll practice")
        expect.record_detail(terminal, "vehicle", "1", kind="sale", ref="Expressway toll practice")
