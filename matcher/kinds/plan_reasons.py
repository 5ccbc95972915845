"""Closed lists: why somebody has no seat at a posting of a plan (没有席位的原因), and the order of the guarantee."""

from matcher.kinds.labelled import Labelled


class NoSeat(Labelled):
    """What decided at a posting a person likes better than where it sits; for whoever makes plans alone."""

    OUTRANKED = "outranked", "次序在分数线之后"
    FOR_GUARANTEE = "for_guarantee", "席位用于保底"
    GUARANTEE_ORDER = "guarantee_order", "保底次序在后"
    PINNED = "pinned", "席位由人工固定给他人"
    NOT_OPEN = "not_open", "没有向本人开放的席位"
    MORE_SEATED = "more_seated", "席位给了他人，能安置更多人"
    FORBIDDEN = "forbidden", "这一组合已被人工禁止"


class Ahead(Labelled):
    """By what one guaranteed person is made sure of a seat before another; the first of them that differs decides."""

    HIGHER_CLASS = "higher_class", "类别更高"
    FIRST_STEP = "first_step", "不计保底时已按次序有席位"
    LOT = "lot", "抽签在前"
