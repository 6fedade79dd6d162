"""Toll, exit: a vehicle that owes nothing."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOL-EXT-280",
    revision=1,
    purpose="The lane lets an exempt vehicle pass on the word of the monitor, journals it, and asks for no card transaction.",
    refs=["Expressway toll practice", "JR/T 0025.13-2018"],
    sources=["HW-28"],
    applies_if="TERMINAL.TOLL_LANE and TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.TOLL_EXCEPTIONS",
    needs=("O1", "O2", "O6", "O9"),
)
def an_exempt_vehicle_pays_nothing(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="100.00")

    with run.preamble("Toll 35.00; a vehicle stands in the lane and its pass card is read"):
        terminal.ready(date="2026-07-01")
        terminal.lane.open(tolls={1: "35.00"})
        terminal.lane.arrive("贵G00001")
        terminal.tap(sim.toll_card(entered="2026-07-01T07:00:00", pass_card=True))

    with run.step("The monitor declares it exempt; a card is tapped all the same"):
        expect.accepted(terminal.lane.exempt("green"), what="exemption", ref="Expressway toll practice")
        expect.barrier_raised(terminal, ref="Expressway toll practice")
        tap = terminal.tap(card)
        expect.not_sent(tap, "GET PROCESSING OPTIONS", ref="Expressway toll practice")
        expect.balance(card, "100.00", ref="JR/T 0025.13-2018")
        expect.one_record(terminal, kind="sale", amount="0.00", ref="Expressway toll practice")
        expect.record_detail(terminal, "exempt", "green", kind="sale", ref="Expressway toll practice")
