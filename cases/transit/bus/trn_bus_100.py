"""Transit, bus: one card pays for a companion."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TRN-BUS-100",
    revision=1,
    purpose="The validator takes a second full fare from the same card after the anti-passback interval where companions are allowed, and marks that record.",
    refs=["AFC acceptance practice", "JR/T 0025.13-2018"],
    sources=["TR-10"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.COMPANION",
    needs=("O2", "O9"),
)
def companion_pays_too(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="50.00")

    with run.preamble("Fare 1.00, companions may pay within a minute"):
        terminal.ready(fare="1.00", anti_passback=run.parameter("anti_passback"))
        terminal.bus.drive(companion_s=60)

    with run.step("Tap, and again after the interval"):
        terminal.tap(card)
        terminal.tap(card, after=run.parameter("anti_passback") + 1)
        expect.record_count(terminal, 2, kind="sale", ref="AFC acceptance practice")
        riders = [record.details.get("companion", "") for record in terminal.records("sale")]
        expect.equal(riders, ["", "1"], what="mark of a companion", ref="AFC acceptance practice")
        expect.balance(card, "48.00", ref="JR/T 0025.13-2018")
