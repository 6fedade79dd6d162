"""What a driver is handed: what was paid and how, by which number, the card's own one masked (HW-34)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.codec.values import yuan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.model.terminal import TollTerms, TransactionRecord

REPRINTED: Final = "补打"
_TENDERS: Final[Mapping[str, str]] = {
    "electronic-cash": "电子现金",
    "purse": "通行用户卡",
    "online": "银行卡联机",
    "cash": "现金",
    "none": "免费",
}


def receipt_lines(record: TransactionRecord, terms: TollTerms, again: bool) -> Sequence[str]:
    """The receipt of a sale; `again` marks that it was printed before."""
    details = record.details
    number = masked(record.pan or details.get("card", ""))
    lines = [
        f"发票号 {terms.station}{terms.lane:02d}{record.number:08d}",
        f"入口站 {details['entry_station'] or '—'} 出口站 {terms.station} 车道 {terms.lane}",
        f"车型 {details['paid_class'] or details['class']} 车牌 {details['plate']}",
        f"通行费 {yuan(int(details['toll'] or 0))} 实付 {yuan(record.amount)}",
        f"支付方式 {_TENDERS[details['tender']]}",
        f"时间 {record.date_time.replace('T', ' ')}",
    ]
    if number:
        lines.append(f"卡号 {number}")
    return [REPRINTED, *lines] if again else lines


def masked(number: str) -> str:
    """The first six and the last four digits."""
    return f"{number[:6]}******{number[-4:]}" if number else ""
