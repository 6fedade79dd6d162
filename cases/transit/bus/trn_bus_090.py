"""Transit, bus: the same card taps twice in a row."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TRN-BUS-090",
    revision=1,
    purpose="The validator refuses a second tap of the same card within the anti-passback interval, without a second debit, and accepts it afterwards.",
    refs=["AFC acceptance practice"],
    sources=["TR-09"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.ANTI_PASSBACK",
    needs=("O2", "O5", "O9"),
)
def second_tap_is_refused(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="50.00")

    with run.preamble("Fare 1.00, validator idle"):
        terminal.ready(fare="1.00", anti_passback=run.parameter("anti_passback"))

    with run.step("Tap twice in a row"):
        terminal.tap(card)
        second = terminal.tap(card)
        expect.record_count(terminal, 1, kind="sale", ref="AFC acceptance practice")
        expect.indicated(second, "do-not-repeat", ref="AFC acceptance practice")
        expect.balance(card, "49.00", ref="AFC acceptance practice")

    with run.step("Tap again after the interval"):
        run.wait(run.parameter("anti_passback") + 1)
        terminal.tap(card)
        expect.record_count(terminal, 2, kind="sale", ref="AFC acceptance practice")
        expect.balance(card, "48.00", ref="AFC acceptance practice")
