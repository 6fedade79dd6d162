"""Card, GENERATE AC 2: an approval online is the last online transaction."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-GAC-290",
    revision=1,
    purpose="The card that approved online gives this transaction's ATC as its last online ATC (9F13).",
    refs=["JR/T 0025.5"],
    sources=["PB-11.5.reset"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
)
def online_approval_is_noted(card: Card, run: CaseRun) -> None:
    with run.preamble("The issuer approves online once, so that totals and counters begin anew"):
        card.reset()
        card.contact.approve_online()

    with run.step("Compare 9F13 with 9F36"):
        online = card.number(0x9F13)
        expect.equal(online, card.transaction_counter(), what="last online ATC (9F13)", ref="JR/T 0025.5")
