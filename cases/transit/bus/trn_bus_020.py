"""Transit, bus: a tap stays within its time budget."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TRN-BUS-020",
    revision=1,
    purpose="The validator answers 95 of 100 taps within the tap budget, and none takes longer than the maximum.",
    refs=["AFC acceptance practice"],
    sources=["TR-02", "PB-7.8"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC",
    needs=("O1", "O2", "O5", "timing"),
)
def taps_stay_within_the_budget(terminal: Terminal, run: CaseRun) -> None:
    cards = [sim.card("electronic-cash", balance="990.00", pan=f"62109480000001{n:02}") for n in range(4)]

    with run.preamble("Fare 0.10, validator idle"):
        terminal.ready(fare="0.10")

    with run.step("Tap the cards in turn, as often as the plan says"):
        pause = run.parameter("anti_passback") / 2
        taps = [terminal.tap(cards[n % len(cards)], after=pause) for n in range(run.count("taps"))]
        times = [tap.duration_ms for tap in taps]
        for share, limit in ((95, "tap_budget"), (100, "tap_maximum")):
            expect.within_budget(
                times,
                share=share,
                limit_ms=run.count(limit),
                uncertainty_ms=run.count("U"),
                what="tap",
                ref="AFC acceptance practice",
            )
        expect.record_count(terminal, len(taps), kind="sale", ref="AFC acceptance practice")
