"""Card, load: a balance above its limit is refused."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-ECA-240",
    revision=1,
    purpose="The card refuses PUT DATA of a balance above 9F77 with 6A80 and keeps the old one.",
    refs=["JR/T 0025.13-2018"],
    sources=["PB-2", "PB-3"],
    applies_if="CARD.CONTACT and CARD.EC and CARD.DEBIT_CREDIT and CARD.SCRIPTS",
    needs=("issuer-keys",),
    interface="contact",
    sample="balance-50",
)
def the_balance_limit_holds(card: Card, run: CaseRun) -> None:
    with run.preamble("An online transaction is approved"):
        card.reset()
        card.contact.initiate(amount="10.00")
        card.contact.generate_ac("ARQC")
        card.contact.authenticate_issuer()

    with run.step("PUT DATA 9F79 with 1000.01"):
        answer = card.contact.put_data(0x9F79, "000000100001")
        expect.status(card, answer, "6A80", command="PUT DATA", ref="JR/T 0025.13-2018")
        expect.balance(card, "50.00", ref="JR/T 0025.13-2018")
