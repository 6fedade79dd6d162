"""Toll, exit: the card shows no entry."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOL-EXT-090",
    revision=1,
    purpose="The lane observes code 1 when the card was last written at an exit, and takes nothing before the monitor said where the vehicle came in.",
    refs=["Expressway toll practice", "Toll user card practice"],
    sources=["HW-09", "HW-36", "HW-41"],
    applies_if="TERMINAL.TOLL_LANE and TERMINAL.CONTACTLESS and TERMINAL.EC",
    needs=("O1", "O2", "O6", "O9"),
)
def without_entry_information_the_monitor_decides(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="100.00")

    with run.preamble("A vehicle stands in the lane"):
        terminal.ready(date="2026-07-01")
        terminal.lane.open(tolls={1: "35.00"})
        terminal.lane.arrive("贵G00001")

    with run.step("Read the pass card, then tap a card that holds 100.00"):
        terminal.tap(sim.toll_card(entered="2026-07-01T07:00:00", status=0x02, pass_card=True))
        tap = terminal.tap(card)
        expect.record_detail(terminal, "observation", "1", kind="observation", ref="Expressway toll practice")
        expect.not_sent(tap, "GET PROCESSING OPTIONS", ref="Expressway toll practice")
        expect.barrier_down(terminal, ref="Expressway toll practice")

    with run.step("The monitor authorises entry station 0101; tap the card"):
        terminal.lane.authorise("8001", station="0101")
        terminal.tap(card)
        expect.record_detail(
            terminal, "authorised_by", "8001", kind="authorisation", ref="Expressway toll practice"
        )
        expect.one_record(terminal, kind="sale", amount="35.00", ref="Expressway toll practice")
