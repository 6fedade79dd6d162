"""Medical, payment: the bill says what is paid."""

from conformance.api import Acquirer, CaseRun, Hospital, Terminal, case, expect, sim


@case(
    "MED-PAY-010",
    revision=1,
    purpose="The counter takes the amount of the hospital's bill, whatever is typed: F4 equals the bill, and bank and hospital agree.",
    refs=["Hospital payment practice", "Bank card acquiring messages"],
    sources=["HC-01", "S-11.1", "AC-12"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ONLINE_PIN and TERMINAL.HOSPITAL_BILLS",
    needs=("O2", "O3", "O5", "host", "card"),
)
def amount_is_the_bills(terminal: Terminal, acquirer: Acquirer, hospital: Hospital, run: CaseRun) -> None:
    card = sim.card("debit-credit", pan="6210948000000011")

    with run.preamble("Bill B1 over 120.50 is open, the card holds 1000.00"):
        acquirer.know("6210948000000011", pin="123456")
        hospital.issue(B1="120.50")
        terminal.ready(acquirer=acquirer)
        terminal.counter.open(hospital)

    with run.step("Pay the bill, with 1.00 typed as its amount"):
        paid = terminal.counter.pay(card, "B1", amount="1.00")
        expect.request_field(acquirer, 4, "000000012050", kind="sale", ref="Hospital payment practice")
        expect.request_well_formed(acquirer, kind="sale", ref="Bank card acquiring messages")
        expect.indicated(paid, "accepted", ref="Hospital payment practice")
        expect.bill_state(hospital, "B1", "paid", ref="Hospital payment practice")
        expect.books_agree(acquirer, hospital, "120.50", ref="Hospital payment practice")
