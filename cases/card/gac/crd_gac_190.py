"""Card, risk management: a decline for failed SDA is remembered."""

from conformance.api import Card, CaseRun, Cvr, case, expect


@case(
    "CRD-GAC-190",
    revision=1,
    purpose="The card says in the next transaction's CVR that the last one was declined because SDA had failed.",
    refs=["JR/T 0025.5"],
    sources=["PB-11.1.3", "PB-11.1.cid", "PB-4.3.cvr.b3"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.SDA",
    interface="contact",
)
def failed_sda_is_remembered(card: Card, run: CaseRun) -> None:
    with run.preamble("The issuer approves online once, so that totals and counters begin anew"):
        card.reset()
        card.contact.approve_online()

    with run.step("A decline because SDA failed, then a purchase"):
        card.contact.pay("AAC", told={0x95: "4000000000"})
        answer = card.contact.pay("TC")
        expect.cvr_says(card, answer, Cvr.LAST_SDA_FAILED, ref="JR/T 0025.5")
        expect.cvr_silent(card, answer, Cvr.LAST_DDA_FAILED, ref="JR/T 0025.5")
