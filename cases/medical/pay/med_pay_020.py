"""Medical, payment: only an approval pays a bill."""

from conformance.api import Acquirer, CaseRun, Hospital, Terminal, case, expect, sim


@case(
    "MED-PAY-020",
    revision=1,
    purpose="The counter tells the hospital of a payment only after F39 00; with 51 the bill stays open and is free again, and no record is stored.",
    refs=["Hospital payment practice"],
    sources=["HC-02", "S-4.1"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ONLINE_PIN and TERMINAL.HOSPITAL_BILLS",
    needs=("O2", "O3", "O5", "host", "card"),
)
def only_an_approval_pays(terminal: Terminal, acquirer: Acquirer, hospital: Hospital, run: CaseRun) -> None:
    card = sim.card("debit-credit", pan="6210948000000011")

    with run.preamble("Bill B1 over 120.50 is open, the card holds 10.00"):
        acquirer.know("6210948000000011", balance="10.00", pin="123456")
        hospital.issue(B1="120.50")
        terminal.ready(acquirer=acquirer)
        terminal.counter.open(hospital)

    with run.step("Pay the bill"):
        paid = terminal.counter.pay(card, "B1")
        expect.request_count(acquirer, 1, kind="sale", ref="Hospital payment practice")
        expect.no_record(terminal, kind="sale", ref="Hospital payment practice")
        expect.indicated(paid, "declined", ref="Hospital payment practice")
        expect.bill_state(hospital, "B1", "unpaid", ref="Hospital payment practice")
        expect.books_agree(acquirer, hospital, "0.00", ref="Hospital payment practice")
