"""Migration: a card that has a stripe alone."""

from conformance.api import Acquirer, CaseRun, Hospital, Terminal, case, expect, sim


@case(
    "COR-MIG-020",
    revision=1,
    purpose="A card with a stripe alone (service code 101 or 120) pays: F22 is 021, and there is neither F23 nor F55.",
    refs=["Closing of fallback transactions 2014", "Bank card acquiring messages"],
    sources=["MG-02", "S-11.1"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ONLINE_PIN and TERMINAL.HOSPITAL_BILLS and TERMINAL.STRIPE",
    needs=("O3", "O5", "host", "card", "stripe"),
)
def stripe_alone_pays(terminal: Terminal, acquirer: Acquirer, hospital: Hospital, run: CaseRun) -> None:
    with run.preamble("Bill B1 over 120.50 is open, the card holds 1000.00"):
        acquirer.know("6210948000000011", pin="123456")
        hospital.issue(B1="120.50", B2="50.00")
        terminal.ready(acquirer=acquirer)
        terminal.counter.open(hospital)

    for bill, code in (("B1", "101"), ("B2", "120")):
        with run.step("Pay with a stripe that says there is no chip"):
            terminal.counter.start(bill)
            terminal.swipe(sim.stripe("6210948000000011", service_code=code))
            expect.request_field(acquirer, 22, "021", kind="sale", ref="Bank card acquiring messages")
            expect.fields_absent(acquirer, 23, 55, kind="sale", ref="Bank card acquiring messages")
            expect.request_well_formed(acquirer, kind="sale", ref="Bank card acquiring messages")
            expect.bill_state(hospital, bill, "paid", ref="Closing of fallback transactions 2014")
