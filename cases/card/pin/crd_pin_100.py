"""Card, GET CHALLENGE: no challenge comes twice."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-PIN-100",
    revision=1,
    purpose="The card gives eight bytes to GET CHALLENGE, and others the next time.",
    refs=["JR/T 0025.5"],
    sources=["PB-2.challenge"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and CARD.OFFLINE_PIN",
    interface="contact",
)
def challenges_differ(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("GET CHALLENGE twice"):
        earlier = card.contact.get_challenge()
        expect.equal(len(earlier.data), 8, what="length of the challenge", ref="JR/T 0025.5")
        later = card.contact.get_challenge()
        expect.not_repeated(card, earlier.data, later.data, what="challenge", ref="JR/T 0025.5")
