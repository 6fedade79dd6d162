"""Medical, payment: a reversal goes before the next payment."""

from conformance.api import Acquirer, CaseRun, Hospital, Terminal, case, expect, sim


@case(
    "MED-PAY-250",
    revision=1,
    purpose="While a reversal waits, the counter sends it before the next payment.",
    refs=["Bank card acquiring messages"],
    sources=["HC-25", "AC-08"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ONLINE_PIN and TERMINAL.HOSPITAL_BILLS",
    needs=("O2", "O3", "O4", "O5", "host", "card"),
)
def reversal_goes_first(terminal: Terminal, acquirer: Acquirer, hospital: Hospital, run: CaseRun) -> None:
    card = sim.card("debit-credit", pan="6210948000000011")

    with run.preamble("The answer to the payment of bill B1 was lost"):
        acquirer.know("6210948000000011", pin="123456")
        hospital.issue(B1="120.50", B2="50.00")
        terminal.ready(acquirer=acquirer)
        terminal.counter.open(hospital)
        acquirer.withhold_answers(1)
        terminal.counter.pay(card, "B1")

    with run.step("Pay bill B2"):
        terminal.counter.pay(card, "B2")
        expect.request_order(acquirer, "sale", "reversal", "sale", ref="Bank card acquiring messages")
        expect.queue_length(terminal, "reversal", 0, ref="Bank card acquiring messages")
        expect.books_agree(acquirer, hospital, "50.00", ref="Bank card acquiring messages")
