"""Toll, exit: power fails between debit and journal."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOL-EXT-250",
    revision=1,
    purpose="The lane that lost its power after the card paid and before the record was stored knows the card again, and does not charge the vehicle twice.",
    refs=["Expressway toll practice", "JR/T 0025.12-2018 Annex F", "JR/T 0025.13-2018"],
    sources=["HW-25", "TR-05a"],
    applies_if="TERMINAL.TOLL_LANE and TERMINAL.CONTACTLESS and TERMINAL.EC",
    needs=("O1", "O2", "O6", "O9", "power-at"),
)
def a_power_cut_charges_nobody_twice(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="100.00")

    with run.preamble("Toll 35.00; a vehicle stands in the lane and its pass card is read"):
        terminal.ready(date="2026-07-01")
        terminal.lane.open(tolls={1: "35.00"})
        terminal.lane.arrive("贵G00001")
        terminal.tap(sim.toll_card(entered="2026-07-01T07:00:00", pass_card=True))

    with run.step("Tap; power fails when the card has paid and nothing is stored yet"):
        terminal.disturb("power-cut-at", moment="debited")
        terminal.tap(card)
        expect.no_record(terminal, kind="sale", ref="Expressway toll practice")
        expect.barrier_down(terminal, ref="Expressway toll practice")

    with run.step("The lane is up again; tap the same card"):
        again = terminal.tap(card)
        expect.not_sent(again, "GET PROCESSING OPTIONS", ref="JR/T 0025.12-2018 Annex F")
        expect.one_record(terminal, kind="sale", amount="35.00", ref="Expressway toll practice")
        expect.record_detail(terminal, "vehicle", "1", kind="sale", ref="Expressway toll practice")
        expect.balance(card, "65.00", ref="JR/T 0025.13-2018")
        expect.barrier_raised(terminal, ref="Expressway toll practice")
