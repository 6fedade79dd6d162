"""Scenic gate: some of a group do not come."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOU-GAT-060",
    revision=1,
    purpose="The gate locks when the time for a passage has passed, and records how many of the paid passages nobody used.",
    refs=["AFC acceptance practice"],
    sources=["SC-06"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.GATE",
    needs=("O2", "O6"),
)
def unused_passages_are_reported(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="100.00")

    with run.preamble("Adult 10.00, a passage stays open for its time"):
        terminal.ready()
        terminal.gate.admit(prices={"adult": "10.00"}, passage_s=run.count("passage_time"))

    with run.step("Key in 5 people, tap, and two go through"):
        expect.accepted(terminal.gate.group("5"), what="number of people", ref="AFC acceptance practice")
        expect.opened(terminal.tap(card), ref="AFC acceptance practice")
        through = [terminal.gate.walk_through() for _ in range(2)]
        expect.equal(through, [True, True], what="passages", ref="AFC acceptance practice")

    with run.step("Nobody else comes within the time"):
        run.wait(run.parameter("passage_time") + 1)
        expect.refused(terminal.gate.walk_through(), what="passage", ref="AFC acceptance practice")
        expect.record_count(terminal, 1, kind="unused", ref="AFC acceptance practice")
        expect.record_detail(terminal, "people", "3", kind="unused", ref="AFC acceptance practice")
