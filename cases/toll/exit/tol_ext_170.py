"""Toll, exit: the pass card is damaged."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOL-EXT-170",
    revision=1,
    purpose="The lane charges no bank card while no pass card can be read, until the station authorises an entry station or the highest toll.",
    refs=["Expressway toll practice", "JR/T 0025.13-2018"],
    sources=["HW-17", "HW-36"],
    applies_if="TERMINAL.TOLL_LANE and TERMINAL.CONTACTLESS and TERMINAL.EC",
    needs=("O1", "O2", "O6", "O9"),
)
def without_a_pass_card_the_station_decides(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="100.00")

    with run.preamble("A vehicle stands in the lane"):
        terminal.ready(date="2026-07-01")
        terminal.lane.open(tolls={1: "35.00"})
        terminal.lane.arrive("贵G00001")

    with run.step("The collector keys in a damaged pass card; tap a card that holds 100.00"):
        terminal.lane.pass_card("damaged")
        tap = terminal.tap(card)
        expect.not_sent(tap, "GET PROCESSING OPTIONS", ref="Expressway toll practice")
        expect.record_detail(
            terminal, "observation", "12", kind="observation", ref="Expressway toll practice"
        )
        expect.refused(terminal.lane.pay_cash(), what="cash", ref="Expressway toll practice")
        expect.barrier_down(terminal, ref="Expressway toll practice")

    with run.step("The station authorises the highest toll; tap the card"):
        terminal.lane.authorise("8001", station="highest")
        terminal.tap(card)
        expect.one_record(terminal, kind="sale", amount="35.00", ref="Expressway toll practice")
        expect.balance(card, "65.00", ref="JR/T 0025.13-2018")
