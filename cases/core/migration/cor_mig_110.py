"""Migration: a track that does not say whether there is a chip."""

from conformance.api import Acquirer, CaseRun, Hospital, Terminal, case, expect, sim


@case(
    "COR-MIG-110",
    revision=1,
    purpose="A track 2 with another separator, without a service code or cut short is refused: unknown is not the same as no chip.",
    refs=["Closing of fallback transactions 2014"],
    sources=["MG-11"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ONLINE_PIN and TERMINAL.HOSPITAL_BILLS and TERMINAL.STRIPE",
    needs=("O3", "O5", "host", "card", "stripe"),
)
def unclear_track_is_refused(
    terminal: Terminal, acquirer: Acquirer, hospital: Hospital, run: CaseRun
) -> None:
    with run.preamble("Bill B1 over 120.50 is open, the card holds 1000.00"):
        acquirer.know("6210948000000011", pin="123456")
        hospital.issue(B1="120.50")
        terminal.ready(acquirer=acquirer)
        terminal.counter.open(hospital)

    for track in ("6210948000000011D30122010000", "6210948000000011=3012", "6210948000000011"):
        with run.step("Draw a stripe whose track 2 is not whole"):
            terminal.counter.start("B1")
            terminal.swipe(sim.raw_stripe(track))
            expect.request_count(acquirer, 0, ref="Closing of fallback transactions 2014")
            expect.bill_state(hospital, "B1", "taken", ref="Closing of fallback transactions 2014")
            terminal.operate("idle")
