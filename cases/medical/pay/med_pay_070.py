"""Medical, payment: a void needs the card that paid."""

from conformance.api import Acquirer, CaseRun, Hospital, Terminal, case, expect, sim


@case(
    "MED-PAY-070",
    revision=1,
    purpose="The counter voids a payment of the open batch with the card that paid, naming batch and trace of the original in F61; another card is refused without a message.",
    refs=["Hospital payment practice", "Bank card acquiring messages"],
    sources=["HC-07", "AC-26"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ONLINE_PIN and TERMINAL.HOSPITAL_BILLS",
    needs=("O2", "O3", "O5", "host", "card"),
)
def void_needs_the_same_card(
    terminal: Terminal, acquirer: Acquirer, hospital: Hospital, run: CaseRun
) -> None:
    card = sim.card("debit-credit", pan="6210948000000011")
    other = sim.card("debit-credit", pan="6210948000000029")

    with run.preamble("Bill B1 over 120.50 was paid"):
        acquirer.know("6210948000000011", "6210948000000029", pin="123456")
        hospital.issue(B1="120.50")
        terminal.ready(acquirer=acquirer)
        terminal.counter.open(hospital)
        terminal.counter.pay(card, "B1")
        sale = acquirer.requests("sale")[-1]

    with run.step("Void the payment with another card"):
        refused = terminal.counter.take_back(other, terminal.records("sale")[-1])
        expect.request_count(acquirer, 0, kind="void", ref="Hospital payment practice")
        expect.indicated(refused, "declined", ref="Hospital payment practice")

    with run.step("Void it with the card that paid"):
        terminal.counter.take_back(card, terminal.records("sale")[-1])
        expect.request_field(
            acquirer, 61, sale.text(60)[2:8] + sale.text(11), kind="void", ref="Bank card acquiring messages"
        )
        expect.bill_state(hospital, "B1", "unpaid", ref="Hospital payment practice")
        expect.books_agree(acquirer, hospital, "0.00", ref="Hospital payment practice")
