"""Medical, payment: a deposit stands under the bank's reference."""

from conformance.api import Acquirer, CaseRun, Hospital, Terminal, case, expect, sim


@case(
    "MED-PAY-090",
    revision=1,
    purpose="An inpatient's deposit taken as a sale appears once in the hospital's prepayments, under the bank's reference (F37).",
    refs=["Hospital payment practice"],
    sources=["HC-09"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ONLINE_PIN and TERMINAL.DEPOSIT",
    needs=("O2", "O3", "O5", "host", "card"),
)
def deposit_has_the_banks_reference(
    terminal: Terminal, acquirer: Acquirer, hospital: Hospital, run: CaseRun
) -> None:
    card = sim.card("debit-credit", pan="6210948000000011")

    with run.preamble("Patient P001 has prepaid nothing"):
        acquirer.know("6210948000000011", pin="123456")
        terminal.ready(acquirer=acquirer)
        terminal.counter.open(hospital)

    with run.step("Take a deposit of 500.00"):
        terminal.counter.deposit(card, "P001", "500.00")
        expect.one_record(terminal, kind="deposit", amount="500.00", ref="Hospital payment practice")
        expect.noted_reference(
            hospital, acquirer.entries[-1].reference, kind="deposit", ref="Hospital payment practice"
        )
        expect.books_agree(acquirer, hospital, "500.00", ref="Hospital payment practice")
