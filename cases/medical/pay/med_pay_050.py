"""Medical, payment: the power fails between approval and receipt."""

from conformance.api import Acquirer, CaseRun, Hospital, Terminal, case, expect, sim


@case(
    "MED-PAY-050",
    revision=1,
    purpose="When the power fails after the approval and before the receipt, the counter prints the same payment once when it is back, marked as a reprint (补打), and the bill is paid once.",
    refs=["Hospital payment practice"],
    sources=["HC-05"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ONLINE_PIN and TERMINAL.HOSPITAL_BILLS",
    needs=("O2", "O3", "O7", "host", "card", "power-at"),
)
def power_loss_before_the_receipt(
    terminal: Terminal, acquirer: Acquirer, hospital: Hospital, run: CaseRun
) -> None:
    card = sim.card("debit-credit", pan="6210948000000011")

    with run.preamble("Bill B1 over 120.50 is open, the card holds 1000.00"):
        acquirer.know("6210948000000011", pin="123456")
        hospital.issue(B1="120.50")
        terminal.ready(acquirer=acquirer)
        terminal.counter.open(hospital)

    with run.step("Pay the bill; the power fails before the receipt, and comes back"):
        terminal.disturb("power-cut-at", moment="approved")
        terminal.counter.pay(card, "B1")
        expect.receipt_count(terminal, 1, ref="Hospital payment practice")
        expect.receipt_says(terminal, "补打", ref="Hospital payment practice")
        expect.one_record(terminal, kind="sale", amount="120.50", ref="Hospital payment practice")
        expect.bill_state(hospital, "B1", "paid", ref="Hospital payment practice")
        expect.books_agree(acquirer, hospital, "120.50", ref="Hospital payment practice")
