"""Medical, payment: the hospital cannot be told of an approval."""

from conformance.api import Acquirer, CaseRun, Hospital, Terminal, case, expect, sim


@case(
    "MED-PAY-040",
    revision=1,
    purpose="When the hospital system is down after the bank's approval, the counter shows one outcome and prints one receipt; when the hospital is back, both hold the same to be paid.",
    refs=["Hospital payment practice"],
    sources=["HC-04"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ONLINE_PIN and TERMINAL.HOSPITAL_BILLS",
    needs=("O2", "O3", "O5", "O7", "host", "card"),
)
def hospital_down_after_approval(
    terminal: Terminal, acquirer: Acquirer, hospital: Hospital, run: CaseRun
) -> None:
    card = sim.card("debit-credit", pan="6210948000000011")

    with run.preamble("Bill B1 over 120.50 is open, the card holds 1000.00"):
        acquirer.know("6210948000000011", pin="123456")
        hospital.issue(B1="120.50")
        terminal.ready(acquirer=acquirer)
        terminal.counter.open(hospital)

    with run.step("Pay the bill while the hospital system goes down"):
        terminal.counter.start("B1")
        hospital.go_down()
        paid = terminal.insert(card)
        expect.request_field(acquirer, 4, "000000012050", kind="sale", ref="Hospital payment practice")
        expect.one_verdict(paid, ref="Hospital payment practice")
        expect.receipt_count(terminal, 1, ref="Hospital payment practice")

    with run.step("The hospital system comes back, and what is undecided is resolved"):
        hospital.come_back()
        terminal.counter.resolve()
        expect.settled_as_shown(paid, acquirer, hospital, "120.50", ref="Hospital payment practice")
