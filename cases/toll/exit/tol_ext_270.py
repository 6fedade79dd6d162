"""Toll, exit: the shift changes amid a payment."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOL-EXT-270",
    revision=1,
    purpose="The lane books a payment that one shift began and the next one completed to the shift that began it, and the next payment to the new one.",
    refs=["Expressway toll practice", "JR/T 0025.12-2018 Annex F"],
    sources=["HW-27", "TR-05a"],
    applies_if="TERMINAL.TOLL_LANE and TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.FLASH_CARD",
    needs=("O2", "O6", "tear"),
)
def a_payment_belongs_to_the_shift_that_began_it(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="100.00")
    tolls = {1: "35.00"}

    with run.preamble("Toll 35.00, shift 1; a vehicle stands in the lane and its pass card is read"):
        terminal.ready(date="2026-07-01", T1=run.parameter("T1"))
        terminal.lane.open(tolls=tolls, shift=1)
        terminal.lane.arrive("贵G00001")
        terminal.tap(sim.toll_card(entered="2026-07-01T07:00:00", pass_card=True))

    with run.step("Tap; the answer to the last READ RECORD is lost; shift 2 takes over, the card returns"):
        terminal.tap(card, withdraw=sim.answer_lost("last record"))
        terminal.lane.open(tolls=tolls, shift=2)
        terminal.tap(card)
        expect.one_record(terminal, kind="sale", amount="35.00", ref="JR/T 0025.12-2018 Annex F")
        expect.record_detail(terminal, "shift", "1", kind="sale", ref="Expressway toll practice")
        expect.barrier_raised(terminal, ref="Expressway toll practice")

    with run.step("The next vehicle pays in cash"):
        terminal.lane.drive_off()
        terminal.lane.arrive("贵G00002", number="2")
        terminal.tap(sim.toll_card(entered="2026-07-01T07:00:00", pass_card=True, plate="贵G00002"))
        terminal.lane.pay_cash()
        shifts = [each.details.get("shift") for each in terminal.records("sale")]
        expect.equal(shifts, ["1", "2"], what="shifts", ref="Expressway toll practice")
