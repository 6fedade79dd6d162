"""Medical, payment: the stripe of a chip card is refused."""

from conformance.api import Acquirer, CaseRun, Hospital, Terminal, case, expect, sim


@case(
    "MED-PAY-230",
    revision=1,
    purpose="The counter takes no payment by the stripe of a card that has a chip, and the same bill is paid with the chip.",
    refs=["Hospital payment practice", "Closing of fallback transactions 2014"],
    sources=["HC-23", "MG-01"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ONLINE_PIN and TERMINAL.HOSPITAL_BILLS and TERMINAL.STRIPE",
    needs=("O3", "O5", "host", "card", "stripe"),
)
def stripe_of_a_chip_card_is_refused(
    terminal: Terminal, acquirer: Acquirer, hospital: Hospital, run: CaseRun
) -> None:
    card = sim.card("debit-credit", pan="6210948000000011")

    with run.preamble("Bill B1 over 120.50 is open, the card holds 1000.00"):
        acquirer.know("6210948000000011", pin="123456")
        hospital.issue(B1="120.50")
        terminal.ready(acquirer=acquirer)
        terminal.counter.open(hospital)

    with run.step("Draw the card's stripe, service code 220"):
        terminal.counter.start("B1")
        swiped = terminal.swipe(sim.stripe("6210948000000011", service_code="220"))
        expect.request_count(acquirer, 0, ref="Closing of fallback transactions 2014")
        expect.not_indicated(swiped, "enter-pin", ref="Closing of fallback transactions 2014")

    with run.step("Put the card in"):
        terminal.insert(card)
        expect.request_field(acquirer, 22, "051", kind="sale", ref="Hospital payment practice")
        expect.bill_state(hospital, "B1", "paid", ref="Hospital payment practice")
