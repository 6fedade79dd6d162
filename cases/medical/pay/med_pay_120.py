"""Medical, payment: a discharge gives back what is left."""

from conformance.api import Acquirer, CaseRun, Hospital, Terminal, case, expect, sim


@case(
    "MED-PAY-120",
    revision=1,
    purpose="At discharge the counter gives back what is left of a patient's deposits, over as many of them as it takes, and bank and hospital then hold the same.",
    refs=["Hospital payment practice"],
    sources=["HC-12"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ONLINE_PIN and TERMINAL.DEPOSIT",
    needs=("O2", "O3", "O5", "host", "card"),
)
def discharge_gives_back_the_rest(
    terminal: Terminal, acquirer: Acquirer, hospital: Hospital, run: CaseRun
) -> None:
    card = sim.card("debit-credit", pan="6210948000000011")

    with run.preamble("300.00 were deposited in an earlier batch and 200.00 today; the stay cost 250.00"):
        acquirer.know("6210948000000011", pin="123456")
        terminal.ready(acquirer=acquirer)
        terminal.counter.open(hospital)
        terminal.counter.deposit(card, "P001", "300.00")
        terminal.counter.settle()
        terminal.counter.deposit(card, "P001", "200.00")
        hospital.charge("P001", "250.00")

    with run.step("Discharge the patient"):
        gone = terminal.counter.discharge(card, "P001")
        expect.indicated(gone, "accepted", ref="Hospital payment practice")
        expect.books_agree(acquirer, hospital, "250.00", ref="Hospital payment practice")
