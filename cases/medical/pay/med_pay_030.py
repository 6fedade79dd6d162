"""Medical, payment: the bank's answer is lost."""

from conformance.api import Acquirer, CaseRun, Hospital, Terminal, case, expect, sim


@case(
    "MED-PAY-030",
    revision=1,
    purpose="When the answer to a payment is lost, the counter keeps a reversal with reason 98, the hospital notes a timeout and the bill stays open; once the reversal is accepted, neither side holds the money.",
    refs=["Hospital payment practice", "Bank card acquiring messages"],
    sources=["HC-03", "AC-07"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ONLINE_PIN and TERMINAL.HOSPITAL_BILLS",
    needs=("O2", "O3", "O4", "O5", "host", "card"),
)
def lost_answer_is_reversed(terminal: Terminal, acquirer: Acquirer, hospital: Hospital, run: CaseRun) -> None:
    card = sim.card("debit-credit", pan="6210948000000011")

    with run.preamble("Bill B1 over 120.50 is open, the card holds 1000.00"):
        acquirer.know("6210948000000011", pin="123456")
        hospital.issue(B1="120.50")
        terminal.ready(acquirer=acquirer)
        terminal.counter.open(hospital)

    with run.step("Pay the bill; the bank approves, and its answer is lost"):
        acquirer.withhold_answers(1)
        paid = terminal.counter.pay(card, "B1")
        expect.indicated(paid, "declined", ref="Hospital payment practice")
        expect.queue_length(terminal, "reversal", 1, ref="Bank card acquiring messages")
        expect.noted_outcome(hospital, "B1", "3", ref="Hospital payment practice")
        expect.bill_state(hospital, "B1", "unpaid", ref="Hospital payment practice")

    with run.step("Let the counter undo what is to be undone"):
        terminal.counter.resolve()
        expect.request_field(acquirer, 39, "98", kind="reversal", ref="Bank card acquiring messages")
        expect.fields_absent(acquirer, 35, 36, 52, kind="reversal", ref="Bank card acquiring messages")
        expect.queue_length(terminal, "reversal", 0, ref="Bank card acquiring messages")
        expect.books_agree(acquirer, hospital, "0.00", ref="Hospital payment practice")
