"""Closed lists of reporting (报表): kinds of periods, where a sheet stands, what was done to it."""

from matcher.kinds.labelled import Labelled


class PeriodKind(Labelled):
    """What a reporting period (报告期) is for; each counts from its first day on, none adds up others."""

    INTERIM = "interim", "阶段报表"
    FINAL = "final", "总结报表"


class SheetState(Labelled):
    """Where one edition of a union's sheet stands."""

    DRAFT = "draft", "填报中"
    FILLED = "filled", "待本级审核"
    SUBMITTED = "submitted", "已报送"
    RETURNED = "returned", "已退回"
    ACCEPTED = "accepted", "已接收"
    SEALED = "sealed", "未报送，已封存"

    @property
    def is_signed(self) -> bool:
        """Whether the edition carries a signature and stands for ever."""
        return self not in (SheetState.DRAFT, SheetState.FILLED)


class SheetAct(Labelled):
    """What was done to a sheet."""

    BEGUN = "begun", "开始填报"
    FILLED = "filled", "填报完成，交本级审核"
    SENT_BACK = "sent_back", "本级审核退回修改"
    SUBMITTED = "submitted", "审核通过并报送"
    TAKEN_BACK = "taken_back", "填报人收回修改"
    RETURNED = "returned", "上级退回"
    ACCEPTED = "accepted", "上级接收"
    SEALED = "sealed", "到期未报送，系统封存"


class CommentKind(Labelled):
    """Who says something about a line of a sheet."""

    REVIEW = "review", "本级审核意见"
    UPPER = "upper", "上级意见"
    NOTE = "note", "填报说明"
