"""Medical, payment: refunds stay within what was paid."""

from conformance.api import Acquirer, CaseRun, Hospital, Terminal, case, expect, sim


@case(
    "MED-PAY-080",
    revision=1,
    purpose="After the batch is closed the counter refunds in parts, with the original in F61, and never more in all than was paid.",
    refs=["Hospital payment practice", "Bank card acquiring messages"],
    sources=["HC-08", "S-11.1"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ONLINE_PIN and TERMINAL.HOSPITAL_BILLS",
    needs=("O2", "O3", "O5", "host", "card"),
)
def refunds_stay_within_the_payment(
    terminal: Terminal, acquirer: Acquirer, hospital: Hospital, run: CaseRun
) -> None:
    card = sim.card("debit-credit", pan="6210948000000011")

    with run.preamble("Bill B1 over 120.50 was paid, and the batch was closed"):
        acquirer.know("6210948000000011", pin="123456")
        hospital.issue(B1="120.50")
        terminal.ready(acquirer=acquirer)
        terminal.counter.open(hospital)
        terminal.counter.pay(card, "B1")
        terminal.counter.settle()
        paid = terminal.records("sale")[-1]

    with run.step("Refund 100.00, then 20.51"):
        terminal.counter.refund(card, paid, "100.00")
        terminal.counter.refund(card, paid, "20.51")
        expect.request_count(acquirer, 1, kind="refund", ref="Hospital payment practice")
        expect.request_well_formed(acquirer, kind="refund", ref="Bank card acquiring messages")

    with run.step("Refund 20.50"):
        terminal.counter.refund(card, paid, "20.50")
        expect.request_count(acquirer, 2, kind="refund", ref="Hospital payment practice")
        expect.books_agree(acquirer, hospital, "0.00", ref="Hospital payment practice")
