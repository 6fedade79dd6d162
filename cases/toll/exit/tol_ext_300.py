"""Toll, exit: a toll paid in two parts."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOL-EXT-300",
    revision=1,
    purpose="The lane takes a toll that is beyond the limit of electronic cash in two tenders, whose sum in the journal is the toll.",
    refs=["Expressway toll practice", "JR/T 0025.13-2018"],
    sources=["HW-30", "HW-03"],
    applies_if="TERMINAL.TOLL_LANE and TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.TOLL_PARTS",
    needs=("O2", "O6", "O9"),
)
def two_tenders_make_the_toll(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="300.00")

    with run.preamble("Toll 260.00, the limit of electronic cash 200.00; the pass card is read"):
        terminal.ready(date="2026-07-01")
        terminal.lane.open(tolls={1: "260.00"}, ec_limit="200.00")
        terminal.lane.arrive("贵G00001")
        terminal.tap(sim.toll_card(entered="2026-07-01T07:00:00", pass_card=True))

    with run.step("The driver pays 60.00 in cash"):
        expect.accepted(terminal.lane.pay_part("60.00"), what="part in cash", ref="Expressway toll practice")
        expect.barrier_down(terminal, ref="Expressway toll practice")

    with run.step("Tap a card that holds 300.00"):
        terminal.tap(card)
        expect.one_record(terminal, kind="part", amount="60.00", ref="Expressway toll practice")
        expect.one_record(terminal, kind="sale", amount="200.00", ref="Expressway toll practice")
        expect.balance(card, "100.00", ref="JR/T 0025.13-2018")
        expect.barrier_raised(terminal, ref="Expressway toll practice")
