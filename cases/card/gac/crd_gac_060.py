"""Card, GENERATE AC: there is no third."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-GAC-060",
    revision=1,
    purpose="The card refuses a third GENERATE AC of a transaction with 6985.",
    refs=["JR/T 0025.5"],
    sources=["PB-2.gac"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
)
def there_is_no_third(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("Three times GENERATE AC"):
        card.contact.generate_ac("ARQC")
        card.contact.generate_ac("AAC")
        answer = card.contact.send_generate_ac("AAC", card.contact.cdol_data())
        expect.status(card, answer, "6985", command="GENERATE AC", ref="JR/T 0025.5")
