"""Transit, bus: the clock is behind the card's last journey."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TRN-BUS-160",
    revision=1,
    purpose="The validator grants no transfer discount when its clock is behind the time of the card's last journey, and logs that.",
    refs=["AFC acceptance practice"],
    sources=["TR-16"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.TRANSFER",
    needs=("O2", "O10", "clock"),
)
def clock_behind_the_card_gives_no_discount(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("transit-card", balance="50.00")
    offer = {"percent": 50, "window_s": 3600}

    with run.preamble("Fare 2.00, half of it after a change within the hour; one journey on vehicle A"):
        terminal.ready(fare="2.00", date="2026-07-01")
        terminal.bus.drive(line="1", vehicle="A", transfer=offer)
        terminal.tap(card)
        terminal.bus.drive(line="2", vehicle="B", transfer=offer)

    with run.step("Vehicle B, its clock ten minutes behind that journey"):
        terminal.disturb("clock-step", seconds=-600)
        terminal.tap(card, after=60)
        expect.record_detail(terminal, "transfer", "00", kind="sale", ref="AFC acceptance practice")
        expect.record_amount(terminal, "2.00", kind="sale", ref="AFC acceptance practice")
        expect.equal(
            len(terminal.events("clock-behind-card")),
            1,
            what="event of the clock",
            ref="AFC acceptance practice",
        )
