"""Card, GENERATE AC 2: an approval online clears the totals."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-GAC-300",
    revision=1,
    purpose="The card that spent its cumulative limit offline spends it again after an approval online.",
    refs=["JR/T 0025.5"],
    sources=["PB-11.5.reset"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
    sample="low-limits",
)
def online_approval_clears_the_totals(card: Card, run: CaseRun) -> None:
    with run.preamble("The limit is spent"):
        card.reset()
        card.contact.approve_online()
        card.contact.pay("TC", amount="10.00")

    with run.step("An approval online, then 10.00 offline"):
        card.contact.approve_online()
        answer = card.contact.pay("TC", amount="10.00")
        expect.decision(card, answer, "TC", ref="JR/T 0025.5")
