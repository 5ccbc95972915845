"""Closed lists of money (资金): who pays, where a payment list stands, why an entry is reversed."""

from matcher.kinds.labelled import Labelled


class Payer(Labelled):
    """Whose money it is (资金来源); sums are never drawn across payers."""

    UNION = "union", "工会资金"
    GOVERNMENT = "government", "政府资金"
    OTHER = "other", "其他单位资金"


class PaymentListState(Labelled):
    """Where a payment list stands (发放清单)."""

    DRAFT = "draft", "填写中"
    SUBMITTED = "submitted", "待审批"
    APPROVED = "approved", "已批准，待发放"
    PAID = "paid", "已发放"
    RETURNED = "returned", "已退回修改"

    @property
    def is_open(self) -> bool:
        """Whether its lines may be changed."""
        return self in (PaymentListState.DRAFT, PaymentListState.RETURNED)


class EntrySource(Labelled):
    """How an entry came into the ledger (入账方式)."""

    PAYMENT_LIST = "payment_list", "发放清单"
    CLAIM = "claim", "补贴申领"
    ENTITLEMENT = "entitlement", "政策享受"
    RECORDED = "recorded", "如实登记"
    REVERSAL = "reversal", "冲销"


class ReversalReason(Labelled):
    """Why an entry is reversed (冲销原因)."""

    RETURNED = "returned", "款项退回"
    WRONG_AMOUNT = "wrong_amount", "金额有误"
    WRONG_PERSON = "wrong_person", "人员有误"
    NOT_ENTITLED = "not_entitled", "不符合条件"
    TWICE = "twice", "重复入账"
    OTHER = "other", "其他"


class DuplicateAnswer(Labelled):
    """What a person decided on aid for the same purpose in the same year (重复帮扶的决定)."""

    PAY = "pay", "情况属实，照发"
    STOP = "stop", "不再发放"
