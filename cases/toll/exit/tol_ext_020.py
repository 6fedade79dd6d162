"""Toll, exit: an amount that the tariff did not make."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOL-EXT-020",
    revision=1,
    purpose="The lane refuses an amount that reaches its reader from elsewhere than the tariff, and debits the toll of its journal.",
    refs=["Expressway toll practice", "JR/T 0025.13-2018"],
    sources=["HW-02"],
    applies_if="TERMINAL.TOLL_LANE and TERMINAL.CONTACTLESS and TERMINAL.EC",
    needs=("O2", "O6", "O9"),
)
def the_tariff_alone_makes_the_amount(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="100.00")

    with run.preamble("Toll 35.00; a vehicle stands in the lane and its pass card is read"):
        terminal.ready(date="2026-07-01")
        terminal.lane.open(tolls={1: "35.00"})
        terminal.lane.arrive("贵G00001")
        terminal.tap(sim.toll_card(entered="2026-07-01T07:00:00", pass_card=True))

    with run.step("Send the reader an amount of 1.00"):
        accepted = terminal.lane.inject_amount("1.00")
        expect.refused(accepted, what="injected amount", ref="Expressway toll practice")

    with run.step("Tap a card that holds 100.00"):
        terminal.tap(card)
        expect.one_record(terminal, kind="sale", amount="35.00", ref="Expressway toll practice")
        expect.balance(card, "65.00", ref="JR/T 0025.13-2018")
