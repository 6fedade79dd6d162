"""Transit, bus: the balance does not cover the fare."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TRN-BUS-030",
    revision=1,
    purpose="The validator declines a card whose balance does not cover the fare: no TC, no sale record, the balance untouched.",
    refs=["JR/T 0025.12-2018", "JR/T 0025.13-2018", "AFC acceptance practice"],
    sources=["TR-03", "PB-7.3"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC",
    needs=("O1", "O2", "O5", "O9"),
    control="TRN-BUS-010",
)
def insufficient_balance_is_declined(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="0.50")

    with run.preamble("Fare 1.00, validator idle"):
        terminal.ready(fare="1.00")

    with run.step("Tap a card that holds 0.50"):
        tap = terminal.tap(card)
        expect.cryptogram(tap, "AAC", ref="JR/T 0025.12-2018")
        expect.indicated(tap, "declined", ref="AFC acceptance practice")
        expect.no_record(terminal, kind="sale", ref="AFC acceptance practice")
        expect.balance(card, "0.50", ref="JR/T 0025.13-2018")
