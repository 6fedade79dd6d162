"""Scenic gate: an impossible number of people is keyed in."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOU-GAT-040",
    revision=1,
    purpose="The gate refuses a number of people that is zero, above the maximum or no number before a card is read, and the next tap pays for one person.",
    refs=["AFC acceptance practice", "JR/T 0025.13-2018"],
    sources=["SC-04"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.GATE",
    needs=("O2", "O9"),
)
def impossible_numbers_of_people_are_refused(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="90.00")

    with run.preamble("Adult 20.00, groups of at most 50"):
        terminal.ready()
        terminal.gate.admit(prices={"adult": "20.00"}, group_most=50)

    with run.step("Key in nobody, too many, and what is no number"):
        for people in ("0", "51", "1x", ""):
            expect.refused(
                terminal.gate.group(people), what="number of people", ref="AFC acceptance practice"
            )

    with run.step("Tap"):
        terminal.tap(card)
        expect.one_record(terminal, kind="sale", amount="20.00", ref="AFC acceptance practice")
        expect.balance(card, "70.00", ref="JR/T 0025.13-2018")
