"""Transit, bus: a day without a network."""

from conformance.api import Acquirer, CaseRun, Terminal, case, expect, sim

PANS = ("6210948000000011", "6210948000000029", "6210948000000037")


@case(
    "TRN-BUS-210",
    revision=1,
    purpose="The validator goes on selling offline without a network, and uploads in the order of its records when it is back.",
    refs=["JR/T 0025.13-2018", "AFC acceptance practice"],
    sources=["TR-21"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.UPLOAD",
    needs=("O2", "O3", "O4", "network", "host"),
)
def without_a_network_taps_go_on(terminal: Terminal, acquirer: Acquirer, run: CaseRun) -> None:
    cards = [sim.card("electronic-cash", pan=pan) for pan in PANS]

    with run.preamble("Fare 1.00, older records settled, no network"):
        terminal.ready(fare="1.00", acquirer=acquirer)
        terminal.settle_before(acquirer)
        acquirer.know(*PANS)
        terminal.disturb("network-down")

    with run.step("Three cards tap, hours apart"):
        for card in cards:
            terminal.tap(card, after=28800)
        terminal.upload()
        expect.record_count(terminal, 3, kind="sale", ref="JR/T 0025.13-2018")
        expect.queue_length(terminal, "upload", 3, ref="AFC acceptance practice")

    with run.step("The network is back"):
        terminal.disturb("network-up")
        terminal.upload()
        sent = [message.pan for message in acquirer.requests("offline upload")]
        expect.equal(sent, list(PANS), what="order of the uploads", ref="AFC acceptance practice")
