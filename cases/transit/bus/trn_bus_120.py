"""Transit, bus: the power fails while a blacklist is loaded."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "TRN-BUS-120",
    revision=1,
    purpose="The validator keeps the previous blacklist in force, whole and with its version, when the power fails during a download.",
    refs=["AFC acceptance practice", "JR/T 0025.12-2018"],
    sources=["TR-12"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.BLACKLIST",
    needs=("O2", "O8", "O9", "power"),
)
def interrupted_blacklist_leaves_the_old_one(terminal: Terminal, run: CaseRun) -> None:
    listed = sim.card("electronic-cash", balance="50.00", pan="6210948000000333")

    with run.preamble("Fare 1.00, the card's PAN in blacklist version 7"):
        terminal.ready(fare="1.00")
        terminal.load_blacklist("6210948000000333", version=7)

    with run.step("Version 8 lacks the card; the power fails while it is loaded"):
        terminal.disturb("power-cut", after=60)
        terminal.load_blacklist("6210948000000444", "6210948000000555", version=8)
        expect.blacklist_version(terminal, 7, ref="AFC acceptance practice")

    with run.step("Tap the card"):
        terminal.tap(listed)
        expect.record_count(terminal, 1, kind="blacklist-hit", ref="AFC acceptance practice")
        expect.balance(listed, "50.00", ref="JR/T 0025.12-2018")
