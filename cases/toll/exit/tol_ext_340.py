"""Toll, exit: the receipt."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOL-EXT-340",
    revision=1,
    purpose="The lane prints a receipt with toll, station, time and a masked card number, and marks a reprint.",
    refs=["Expressway toll practice"],
    sources=["HW-34"],
    applies_if="TERMINAL.TOLL_LANE and TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.TOLL_RECEIPT",
    needs=("O2", "O7"),
)
def a_receipt_masks_the_card(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="100.00", pan="6210948000000029")

    with run.preamble("Toll 35.00, paid by electronic cash at station 0102"):
        terminal.ready(date="2026-07-01")
        terminal.lane.open(tolls={1: "35.00"})
        terminal.lane.arrive("贵G00001")
        terminal.tap(sim.toll_card(entered="2026-07-01T07:00:00", pass_card=True))
        terminal.tap(card)

    with run.step("Print the receipt"):
        expect.accepted(terminal.lane.print_receipt(), what="receipt", ref="Expressway toll practice")
        expect.receipt_says(terminal, "35.00", ref="Expressway toll practice")
        expect.receipt_says(terminal, "0102", ref="Expressway toll practice")
        expect.receipt_says(terminal, "2026-07-01", ref="Expressway toll practice")
        expect.receipt_says(terminal, "621094******0029", ref="Expressway toll practice")

    with run.step("Print it again"):
        terminal.lane.print_receipt()
        expect.receipt_count(terminal, 2, ref="Expressway toll practice")
        expect.receipt_says(terminal, "补打", ref="Expressway toll practice")
