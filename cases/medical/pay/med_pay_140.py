"""Medical, payment: wrong PINs end, and the bill is free."""

from conformance.api import Acquirer, CaseRun, Hospital, Terminal, case, expect, sim


@case(
    "MED-PAY-140",
    revision=1,
    purpose="After as many wrong PINs as are allowed the counter sends no further request, gives the card back, and another card can pay the bill.",
    refs=["Hospital payment practice"],
    sources=["HC-14"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ONLINE_PIN and TERMINAL.HOSPITAL_BILLS",
    needs=("O2", "O3", "O5", "host", "card"),
)
def wrong_pins_end_and_free_the_bill(
    terminal: Terminal, acquirer: Acquirer, hospital: Hospital, run: CaseRun
) -> None:
    card = sim.card("debit-credit", pan="6210948000000011")
    other = sim.card("debit-credit", pan="6210948000000029")

    with run.preamble("Bill B1 over 120.50 is open, the card holds 1000.00"):
        acquirer.know("6210948000000011", "6210948000000029", pin="123456")
        hospital.issue(B1="120.50")
        terminal.ready(acquirer=acquirer)
        terminal.counter.open(hospital)
        tries = run.count("pin_tries")

    with run.step("Enter a wrong PIN again and again"):
        tried = terminal.counter.pay(card, "B1", pins="wrong " * (tries + 2))
        expect.request_count(acquirer, tries, kind="sale", ref="Hospital payment practice")
        expect.indicated(tried, "declined", ref="Hospital payment practice")
        expect.bill_state(hospital, "B1", "unpaid", ref="Hospital payment practice")

    with run.step("Pay the bill with another card"):
        terminal.counter.pay(other, "B1")
        expect.bill_state(hospital, "B1", "paid", ref="Hospital payment practice")
