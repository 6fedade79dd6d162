"""Migration: a chip that fails again and again."""

from conformance.api import Acquirer, CaseRun, Hospital, Terminal, case, expect, sim


@case(
    "COR-MIG-040",
    revision=1,
    purpose="After as many failures of a chip as are allowed the terminal ends the transaction, without falling back to the stripe.",
    refs=["Closing of fallback transactions 2014"],
    sources=["MG-04"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ONLINE_PIN and TERMINAL.HOSPITAL_BILLS and TERMINAL.STRIPE",
    needs=("O3", "O5", "host", "card", "stripe"),
)
def failed_chips_come_to_an_end(
    terminal: Terminal, acquirer: Acquirer, hospital: Hospital, run: CaseRun
) -> None:
    card = sim.card("debit-credit", probe="mute", pan="6210948000000011")

    with run.preamble("Bill B1 over 120.50 is open, the card holds 1000.00"):
        acquirer.know("6210948000000011", pin="123456")
        hospital.issue(B1="120.50")
        terminal.ready(acquirer=acquirer)
        terminal.counter.open(hospital)
        terminal.counter.start("B1")

    with run.step("Put in a card whose chip says nothing, as often as is allowed"):
        *_, last = [terminal.insert(card) for _ in range(run.count("chip_attempts"))]
        expect.indicated(last, "declined", ref="Closing of fallback transactions 2014")

    with run.step("Draw its stripe"):
        terminal.swipe(sim.stripe("6210948000000011", service_code="220"))
        expect.request_count(acquirer, 0, ref="Closing of fallback transactions 2014")
        expect.bill_state(hospital, "B1", "unpaid", ref="Closing of fallback transactions 2014")
