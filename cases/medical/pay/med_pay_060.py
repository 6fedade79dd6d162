"""Medical, payment: a bill is taken by one window at a time."""

from conformance.api import Acquirer, CaseRun, Hospital, Terminal, case, expect, sim


@case(
    "MED-PAY-060",
    revision=1,
    purpose="The counter takes a bill at the hospital before it reads a card; a second press, and a bill that another window has taken, lead to no payment.",
    refs=["Hospital payment practice"],
    sources=["HC-06"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ONLINE_PIN and TERMINAL.HOSPITAL_BILLS",
    needs=("O2", "O3", "O5", "host", "card"),
)
def bill_is_taken_once(terminal: Terminal, acquirer: Acquirer, hospital: Hospital, run: CaseRun) -> None:
    card = sim.card("debit-credit", pan="6210948000000011")

    with run.preamble("Bills B1 and B2 are open, window 2 has taken B2"):
        acquirer.know("6210948000000011", pin="123456")
        hospital.issue(B1="120.50", B2="50.00")
        terminal.ready(acquirer=acquirer)
        terminal.counter.open(hospital)
        hospital.take_elsewhere("B2")

    with run.step("Key in B1 twice, then put the card in"):
        terminal.counter.start("B1")
        expect.bill_state(hospital, "B1", "taken", ref="Hospital payment practice")
        terminal.counter.start("B1")
        terminal.insert(card)
        expect.request_count(acquirer, 1, kind="sale", ref="Hospital payment practice")

    with run.step("Key in B2 and put the card in"):
        terminal.counter.pay(card, "B2")
        expect.request_count(acquirer, 1, kind="sale", ref="Hospital payment practice")
        expect.books_agree(acquirer, hospital, "120.50", ref="Hospital payment practice")
