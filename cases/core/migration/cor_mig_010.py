"""Migration: the stripe of a composite card."""

from conformance.api import Acquirer, CaseRun, Hospital, Terminal, case, expect, sim


@case(
    "COR-MIG-010",
    revision=1,
    purpose="A terminal that reads chips answers the swipe of a card with service code 2xx or 6xx by asking for the chip: no PIN prompt, no message.",
    refs=["Closing of fallback transactions 2014"],
    sources=["MG-01"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ONLINE_PIN and TERMINAL.HOSPITAL_BILLS and TERMINAL.STRIPE",
    needs=("O3", "O5", "host", "card", "stripe"),
)
def composite_card_is_put_in(
    terminal: Terminal, acquirer: Acquirer, hospital: Hospital, run: CaseRun
) -> None:
    with run.preamble("Bill B1 over 120.50 is open, the card holds 1000.00"):
        acquirer.know("6210948000000011", pin="123456")
        hospital.issue(B1="120.50")
        terminal.ready(acquirer=acquirer)
        terminal.counter.open(hospital)

    for code in ("201", "220", "601", "620"):
        with run.step("Draw a stripe that says there is a chip"):
            terminal.counter.start("B1")
            swiped = terminal.swipe(sim.stripe("6210948000000011", service_code=code))
            expect.indicated(swiped, "insert-card", ref="Closing of fallback transactions 2014")
            expect.not_indicated(swiped, "enter-pin", ref="Closing of fallback transactions 2014")
            expect.request_count(acquirer, 0, ref="Closing of fallback transactions 2014")
            terminal.operate("idle")
