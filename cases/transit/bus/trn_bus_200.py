"""Transit, bus: the answer to an upload is lost."""

from conformance.api import Acquirer, CaseRun, Terminal, case, expect, sim


@case(
    "TRN-BUS-200",
    revision=1,
    purpose="The validator sends a record again whose answer was lost, takes the answer 94 for accepted, and the sale is settled once.",
    refs=["AFC acceptance practice"],
    sources=["TR-20"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.UPLOAD",
    needs=("O3", "O4", "host"),
)
def a_repeated_upload_settles_once(terminal: Terminal, acquirer: Acquirer, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="50.00")

    with run.preamble("Fare 1.00, older records settled, one tap"):
        terminal.ready(fare="1.00", acquirer=acquirer)
        terminal.settle_before(acquirer)
        acquirer.know("6210948000000011")
        terminal.tap(card)

    with run.step("The acquirer takes the record, and its answer is lost"):
        acquirer.withhold_answers(1)
        terminal.upload()
        expect.queue_length(terminal, "upload", 1, ref="AFC acceptance practice")

    with run.step("Upload again"):
        terminal.upload()
        expect.request_count(acquirer, 2, kind="offline upload", ref="AFC acceptance practice")
        expect.queue_length(terminal, "upload", 0, ref="AFC acceptance practice")
        expect.equal(
            [entry.response for entry in acquirer.entries],
            ["00", "94"],
            what="answers",
            ref="AFC acceptance practice",
        )
