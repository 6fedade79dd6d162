"""Card, personalisation: the CVM list is whole."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-PER-130",
    revision=1,
    purpose="The card's CVM list (8E) holds two amounts of four bytes and at least one rule of two.",
    refs=["JR/T 0025.5"],
    sources=["PB-7.7"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
)
def cvm_list_is_whole(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("Measure 8E"):
        listed = card.contact.card.get(0x8E, b"")
        whole = len(listed) >= 10 and len(listed) % 2 == 0
        expect.equal(whole, True, what="amounts and whole rules in the CVM list (8E)", ref="JR/T 0025.5")
