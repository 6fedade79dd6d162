"""Toll, exit: the exit has a newer blacklist."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOL-EXT-230",
    revision=1,
    purpose="The lane debits no electronic cash card that its own version of the blacklist holds, whatever the entry let in, and journals the hit.",
    refs=["Expressway toll practice", "JR/T 0025.12-2018"],
    sources=["HW-23", "PB-7.5"],
    applies_if="TERMINAL.TOLL_LANE and TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.BLACKLIST",
    needs=("O2", "O6", "O8", "O9"),
)
def the_list_at_the_exit_decides(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="100.00", pan="6210948000000333")

    with run.preamble("Toll 35.00, the pass card is read; the exit has version 2 with the card"):
        terminal.ready(date="2026-07-01")
        terminal.load_blacklist("6210948000000333", version=2)
        terminal.lane.open(tolls={1: "35.00"})
        terminal.lane.arrive("贵G00001")
        terminal.tap(sim.toll_card(entered="2026-07-01T07:00:00", pass_card=True))

    with run.step("Tap the card"):
        terminal.tap(card)
        expect.blacklist_version(terminal, 2, ref="Expressway toll practice")
        expect.balance(card, "100.00", ref="JR/T 0025.12-2018")
        expect.record_count(terminal, 1, kind="blacklist-hit", ref="Expressway toll practice")
        expect.no_record(terminal, kind="sale", ref="Expressway toll practice")
        expect.barrier_down(terminal, ref="Expressway toll practice")

    with run.step("The driver pays in cash"):
        expect.accepted(terminal.lane.pay_cash(), what="cash", ref="Expressway toll practice")
        expect.barrier_raised(terminal, ref="Expressway toll practice")
