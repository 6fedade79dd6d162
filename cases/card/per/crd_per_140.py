"""Card, personalisation: the application version is one of PBOC."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-PER-140",
    revision=1,
    purpose="The card's application version (9F08) is 0020 or 0030.",
    refs=["JR/T 0025.5"],
    sources=["PB-3.9f08"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
)
def version_is_known(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("Look at 9F08"):
        version = card.contact.card.get(0x9F08, b"").hex()
        expect.one_of(version, ("0020", "0030"), what="application version (9F08)", ref="JR/T 0025.5")
