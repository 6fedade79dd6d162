"""Card, risk management: a decline for failed DDA is remembered."""

from conformance.api import Card, CaseRun, Cvr, case, expect


@case(
    "CRD-GAC-180",
    revision=1,
    purpose="The card says in the next transaction's CVR that the last one was declined because DDA had failed.",
    refs=["JR/T 0025.5"],
    sources=["PB-11.1.4", "PB-11.1.cid", "PB-4.3.cvr.b4"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.DDA",
    interface="contact",
)
def failed_dda_is_remembered(card: Card, run: CaseRun) -> None:
    with run.preamble("The issuer approves online once, so that totals and counters begin anew"):
        card.reset()
        card.contact.approve_online()

    with run.step("A decline because DDA failed, then a purchase"):
        card.contact.pay("AAC", told={0x95: "0800000000"})
        answer = card.contact.pay("TC")
        expect.cvr_says(card, answer, Cvr.LAST_DDA_FAILED, ref="JR/T 0025.5")
        expect.cvr_silent(card, answer, Cvr.LAST_SDA_FAILED, ref="JR/T 0025.5")
