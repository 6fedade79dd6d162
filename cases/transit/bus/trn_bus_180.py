"""Transit, bus: the power fails before records are sent."""

from conformance.api import Acquirer, CaseRun, Terminal, case, expect, sim

PANS = ("6210948000000011", "6210948000000029", "6210948000000037")


@case(
    "TRN-BUS-180",
    revision=1,
    purpose="The validator still holds every unsent record after a loss of power, and uploads each of them once.",
    refs=["AFC acceptance practice"],
    sources=["TR-18"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.UPLOAD",
    needs=("O2", "O3", "O4", "power", "host"),
)
def power_loss_keeps_what_is_not_sent(terminal: Terminal, acquirer: Acquirer, run: CaseRun) -> None:
    cards = [sim.card("electronic-cash", pan=pan) for pan in PANS]

    with run.preamble("Fare 1.00, older records settled, three taps"):
        terminal.ready(fare="1.00", acquirer=acquirer)
        terminal.settle_before(acquirer)
        acquirer.know(*PANS)
        for card in cards:
            terminal.tap(card)

    with run.step("The power fails"):
        terminal.disturb("power-cycle")
        expect.record_count(terminal, 3, kind="sale", ref="AFC acceptance practice")
        expect.queue_length(terminal, "upload", 3, ref="AFC acceptance practice")

    with run.step("Upload twice"):
        terminal.upload()
        terminal.upload()
        expect.request_count(acquirer, 3, kind="offline upload", ref="AFC acceptance practice")
        expect.queue_length(terminal, "upload", 0, ref="AFC acceptance practice")
