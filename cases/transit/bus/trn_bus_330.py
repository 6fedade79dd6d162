"""Transit, bus: no driver has signed on."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TRN-BUS-330",
    revision=1,
    purpose="The validator refuses cards until a driver has signed on, stores nothing, and names the driver in later records.",
    refs=["AFC acceptance practice", "JR/T 0025.13-2018"],
    sources=["TR-33"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.DRIVER_SIGN_ON",
    needs=("O2", "O5", "O9"),
)
def nobody_rides_without_a_driver(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="50.00")

    with run.preamble("Fare 1.00, a driver needed and none there"):
        terminal.ready(fare="1.00")
        terminal.bus.drive(line="1", vehicle="A", driver_needed=True)

    with run.step("Tap"):
        tap = terminal.tap(card)
        expect.indicated(tap, "declined", ref="AFC acceptance practice")
        expect.no_record(terminal, kind="sale", ref="AFC acceptance practice")
        expect.balance(card, "50.00", ref="JR/T 0025.13-2018")

    with run.step("A driver signs on; tap again"):
        terminal.bus.sign_on("0042")
        terminal.tap(card, after=5)
        expect.record_detail(terminal, "driver", "0042", kind="sale", ref="AFC acceptance practice")
        expect.balance(card, "49.00", ref="JR/T 0025.13-2018")
