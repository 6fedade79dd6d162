"""Card, personalisation: track 2 agrees with PAN and date."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-PER-020",
    revision=1,
    purpose="The card's track 2 (57) begins with its PAN (5A) and goes on with the year and month of its expiration date (5F24).",
    refs=["JR/T 0025.5"],
    sources=["PB-3.perso"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
)
def track_2_agrees(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("Compare 57 with 5A and 5F24"):
        given = card.contact.card
        pan, date = given.get(0x5A, b"").hex().upper(), given.get(0x5F24, b"").hex()
        wanted = f"{pan.rstrip('F')}D{date[:4]}"
        observed = given.get(0x57, b"").hex().upper()[: len(wanted)]
        expect.equal(observed, wanted, what="PAN and date in track 2 (57)", ref="JR/T 0025.5")
