"""Toll, exit: the toll is paid by electronic cash."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOL-EXT-010",
    revision=1,
    purpose="The lane takes the toll of the pass card once by electronic cash: fDDA is verified, the record is stored, then the barrier rises.",
    refs=[
        "Expressway toll practice",
        "安府办发〔2014〕33号 二(二)",
        "JR/T 0025.12-2018",
        "JR/T 0025.13-2018",
    ],
    sources=["HW-01", "PB-6.2", "PB-7.4"],
    applies_if="TERMINAL.TOLL_LANE and TERMINAL.CONTACTLESS and TERMINAL.EC",
    needs=("O1", "O2", "O5", "O6", "O9"),
)
def electronic_cash_pays_the_toll(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="100.00")
    forged = sim.card("electronic-cash", pan="6210948000000666", probe="fdda-signature-forged")

    with run.preamble("Toll 35.00; a vehicle stands in the lane and its pass card is read"):
        terminal.ready(date="2026-07-01")
        terminal.lane.open(tolls={1: "35.00"})
        terminal.lane.arrive("贵G00001")
        terminal.tap(sim.toll_card(entered="2026-07-01T07:00:00", pass_card=True))

    with run.step("Tap a card whose dynamic signature is forged"):
        tap = terminal.tap(forged)
        expect.no_record(terminal, kind="sale", ref="JR/T 0025.12-2018")
        expect.stays_closed(tap, ref="Expressway toll practice")

    with run.step("Tap a card that holds 100.00"):
        tap = terminal.tap(card)
        expect.cryptogram(tap, "TC", ref="JR/T 0025.12-2018")
        expect.one_record(terminal, kind="sale", amount="35.00", ref="安府办发〔2014〕33号 二(二)")
        expect.balance(card, "65.00", ref="JR/T 0025.13-2018")
        expect.stored_before_raised(terminal, ref="Expressway toll practice")
