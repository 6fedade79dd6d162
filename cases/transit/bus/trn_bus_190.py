"""Transit, bus: the record store is full."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TRN-BUS-190",
    revision=1,
    purpose="The validator refuses to sell when it has no room for another record, without a debit, and overwrites none.",
    refs=["AFC acceptance practice", "JR/T 0025.13-2018"],
    sources=["TR-19"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC",
    needs=("O2", "O5", "O9", "storage"),
)
def full_store_sells_nothing(terminal: Terminal, run: CaseRun) -> None:
    first = sim.card("electronic-cash", balance="50.00", pan="6210948000000011")
    second = sim.card("electronic-cash", balance="50.00", pan="6210948000000029")

    with run.preamble("Fare 1.00, room for one record"):
        terminal.ready(fare="1.00")
        terminal.disturb("store-full", room=1)
        terminal.tap(first)

    with run.step("Another card taps"):
        tap = terminal.tap(second)
        expect.balance(second, "50.00", ref="JR/T 0025.13-2018")
        expect.indicated(tap, "declined", ref="AFC acceptance practice")
        expect.record_count(terminal, 1, kind="sale", ref="AFC acceptance practice")
