"""Card, transaction log: an offline tap stands first in it."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-ECA-160",
    revision=1,
    purpose="The card that logs offline taps puts the newest first, with the amount, in the order of its log format.",
    refs=["JR/T 0025.13-2018"],
    sources=["PB-3.1"],
    applies_if="CARD.CONTACTLESS and CARD.QPBOC and CARD.EC and CARD.TRANSACTION_LOG",
)
def offline_tap_is_logged(card: Card, run: CaseRun) -> None:
    with run.preamble("Two taps, the second over 2.22"):
        card.reset()
        card.contactless.pay(amount="1.11")
        card.reset()
        card.contactless.pay(amount="2.22")

    with run.step("Log record 1 and the one before it"):
        card.select("A0000003330101")
        newest, before = card.read_record(11, 1), card.read_record(11, 2)
        expect.status(card, newest, "9000", command="READ RECORD", ref="JR/T 0025.13-2018")
        expect.equal(
            newest.data[6:12].hex(), "000000000222", what="amount in log record 1", ref="JR/T 0025.13-2018"
        )
        expect.equal(
            before.data[6:12].hex(), "000000000111", what="amount in log record 2", ref="JR/T 0025.13-2018"
        )
