"""What stands on a receipt: no diagnosis, the PAN masked, one unambiguous line of what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec.values import yuan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.model.terminal import TransactionRecord

_TITLES = {
    "sale": "缴费",
    "deposit": "预交金",
    "pre-authorisation": "预授权",
    "completion": "预授权完成",
    "void": "撤销",
    "cancel": "预授权撤销",
    "completion-void": "预授权完成撤销",
    "refund": "退款",
}
REPRINTED = "补打"


def lines(record: TransactionRecord, *, taken_back: bool) -> Sequence[str]:
    """A receipt of one record; one that was voided at once says that nothing was paid."""
    details = record.details
    shown = [
        "示例医院",
        _TITLES[record.kind],
        f"卡号 {record.pan[:6]}******{record.pan[-4:]}",
        f"金额 {yuan(record.amount)}",
        f"凭证号 {details['trace']} 批次号 {details['batch']}",
        f"参考号 {details['reference']} 授权码 {details['authorisation']}",
        f"日期 {record.date_time.replace('T', ' ')}",
        f"业务号 {details['subject']}",
        "状态 未支付，已撤销" if taken_back else "状态 成功",
    ]
    if record.cryptogram:
        shown.append(f"TC {record.cryptogram} ATC {record.atc:04X}")
    return shown
