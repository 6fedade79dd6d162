"""Card, GENERATE AC: the card never answers more than was asked."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-GAC-160",
    revision=1,
    purpose="The card answers an AAC asked for with an AAC, and an ARQC asked for with an ARQC.",
    refs=["JR/T 0025.5"],
    sources=["PB-11.1.cid"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
)
def terminal_is_obeyed(card: Card, run: CaseRun) -> None:
    with run.preamble("The issuer approves online once, so that totals and counters begin anew"):
        card.reset()
        card.contact.approve_online()

    with run.step("The terminal declines"):
        answer = card.contact.pay("AAC")
        expect.decision(card, answer, "AAC", ref="JR/T 0025.5")

    with run.step("The terminal goes online"):
        answer = card.contact.pay("ARQC")
        expect.decision(card, answer, "ARQC", ref="JR/T 0025.5")
