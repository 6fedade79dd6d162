"""Card, extended application: a completion gives back what was held too much."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-CAP-070",
    revision=1,
    purpose="The card holds a pre-authorised amount, and its completion over less gives back the difference.",
    refs=["JR/T 0025.14-2018"],
    sources=["PB-8"],
    applies_if="CARD.CONTACTLESS and CARD.CAPP and CARD.PREAUTHORISATION",
    sample="metro-record",
)
def completion_gives_back_the_difference(card: Card, run: CaseRun) -> None:
    with run.preamble("The record is read"):
        card.reset()
        card.contactless.select()
        card.extended.read(21, "0570")

    with run.step("A pre-authorisation over 100.00"):
        card.contactless.initiate("100.00", told={0xDF60: "02"})
        card.extended.update(21, "05700711223344556677", "D5F1FE4A7F8C20FDEC49150BA2E00EDF")
        card.contactless.finish()
        expect.balance(card, "900.00", ref="JR/T 0025.14-2018")

    with run.step("Its completion over 30.00"):
        card.reset()
        card.contactless.select()
        card.extended.read(21, "0570")
        card.contactless.initiate("30.00", told={0xDF60: "03"})
        card.extended.update(21, "05700700000000000000", "D5F1FE4A7F8C20FDEC49150BA2E00EDF")
        card.contactless.finish()
        expect.balance(card, "970.00", ref="JR/T 0025.14-2018")
