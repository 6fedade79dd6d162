"""Medical, payment: the reversal finds nothing to reverse."""

from conformance.api import Acquirer, CaseRun, Hospital, Terminal, case, expect, sim


@case(
    "MED-PAY-031",
    revision=1,
    purpose="When the payment never reached the bank and its reversal is answered with 25, the counter takes it as undone and the bill can be paid.",
    refs=["Hospital payment practice", "Bank card acquiring messages"],
    sources=["HC-03", "AC-26"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ONLINE_PIN and TERMINAL.HOSPITAL_BILLS",
    needs=("O2", "O3", "O4", "O5", "host", "card"),
)
def unknown_original_ends_the_reversal(
    terminal: Terminal, acquirer: Acquirer, hospital: Hospital, run: CaseRun
) -> None:
    card = sim.card("debit-credit", pan="6210948000000011")

    with run.preamble("Bill B1 over 120.50 is open, the card holds 1000.00"):
        acquirer.know("6210948000000011", pin="123456")
        hospital.issue(B1="120.50")
        terminal.ready(acquirer=acquirer)
        terminal.counter.open(hospital)

    with run.step("Pay the bill; the message is lost on its way to the bank"):
        acquirer.ignore_requests(1)
        paid = terminal.counter.pay(card, "B1")
        expect.indicated(paid, "declined", ref="Hospital payment practice")
        expect.bill_state(hospital, "B1", "unpaid", ref="Hospital payment practice")

    with run.step("Pay the bill again"):
        terminal.counter.pay(card, "B1")
        expect.bill_state(hospital, "B1", "paid", ref="Hospital payment practice")
        expect.queue_length(terminal, "reversal", 0, ref="Bank card acquiring messages")
        expect.books_agree(acquirer, hospital, "120.50", ref="Hospital payment practice")
