"""Toll, exit: a second tap of a vehicle that has paid."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOL-EXT-060",
    revision=1,
    purpose="The lane ignores a card that is tapped again for a vehicle that has paid.",
    refs=["Expressway toll practice", "JR/T 0025.13-2018"],
    sources=["HW-06"],
    applies_if="TERMINAL.TOLL_LANE and TERMINAL.CONTACTLESS and TERMINAL.EC",
    needs=("O1", "O2", "O5", "O9"),
)
def who_paid_pays_no_more(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="100.00")

    with run.preamble("Toll 35.00; a vehicle stands in the lane and its pass card is read"):
        terminal.ready(date="2026-07-01")
        terminal.lane.open(tolls={1: "35.00"})
        terminal.lane.arrive("贵G00001")
        terminal.tap(sim.toll_card(entered="2026-07-01T07:00:00", pass_card=True))

    with run.step("Tap a card that holds 100.00"):
        terminal.tap(card)
        expect.one_record(terminal, kind="sale", amount="35.00", ref="Expressway toll practice")

    with run.step("Tap it again 30 seconds later"):
        tap = terminal.tap(card, after=30)
        expect.record_count(terminal, 1, kind="sale", ref="Expressway toll practice")
        expect.balance(card, "65.00", ref="JR/T 0025.13-2018")
        expect.not_indicated(tap, "accepted", ref="Expressway toll practice")
