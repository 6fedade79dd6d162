"""Card, CDA: the signature binds cryptogram and transaction data."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-ODA-040",
    revision=1,
    purpose="The card that is asked for CDA with a TC signs its cryptogram, the data of PDOL and CDOL1, and its own answer.",
    refs=["JR/T 0025.7"],
    sources=["PB-11.2", "PB-6.1"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.CDA",
    needs=("capk",),
    interface="contact",
)
def cda_binds_the_transaction(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction is initiated"):
        card.reset()
        card.contact.initiate(amount="10.00")

    with run.step("GENERATE AC asks for a TC with CDA"):
        answer = card.contact.generate_ac("TC", cda=True)
        expect.status(card, answer.response, "9000", command="GENERATE AC", ref="JR/T 0025.7")
        key = card.key_of(card.contact)
        expect.combined_signature(
            card, key, answer, card.contact.transaction_data(answer), "1A2B3C4D", ref="JR/T 0025.7"
        )
