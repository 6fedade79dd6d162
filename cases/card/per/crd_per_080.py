"""Card, personalisation: no data object comes twice."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-PER-080",
    revision=1,
    purpose="The card gives no data object twice in the records of one transaction.",
    refs=["JR/T 0025.5"],
    sources=["PB-7.4.twice"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
)
def nothing_comes_twice(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("Compare all objects of the records"):
        given = card.contact.given
        twice = sorted({f"{tag:X}" for tag in given if given.count(tag) > 1})
        expect.equal(twice, [], what="data objects that came twice", ref="JR/T 0025.5")
