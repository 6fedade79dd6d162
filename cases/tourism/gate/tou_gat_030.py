"""Scenic gate: a group pays once and all go in."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TOU-GAT-030",
    revision=1,
    purpose="The gate debits the group tariff for the number of people that the guide keyed in, grants exactly as many passages, and locks.",
    refs=["AFC acceptance practice", "JR/T 0025.13-2018"],
    sources=["SC-03"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.GATE",
    needs=("O2", "O6", "O9"),
)
def group_pays_once_and_all_go_in(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="900.00", elements={0x9F78: bytes.fromhex("000000100000")})

    with run.preamble("Adult 20.00, groups of 10 or more pay 90 percent"):
        terminal.ready()
        terminal.gate.admit(prices={"adult": "20.00"}, shares={10: 90})

    with run.step("The guide keys in 23 and taps"):
        expect.accepted(terminal.gate.group("23"), what="number of people", ref="AFC acceptance practice")
        tap = terminal.tap(card)
        expect.one_record(terminal, kind="sale", amount="414.00", ref="AFC acceptance practice")
        expect.record_detail(terminal, "people", "23", kind="sale", ref="AFC acceptance practice")
        expect.opened(tap, ref="AFC acceptance practice")
        expect.balance(card, "486.00", ref="JR/T 0025.13-2018")

    with run.step("Twenty-four people try to go through"):
        through = [terminal.gate.walk_through() for _ in range(24)]
        expect.equal(through.count(True), 23, what="passages", ref="AFC acceptance practice")
