"""Closed lists of tuition aid (金秋助学): new or continuing, where the school stands, by which batch admitted."""

from matcher.kinds.labelled import Labelled


class TuitionStage(Labelled):
    """Whether the student begins this year or goes on (新生、在校生)."""

    NEW = "new", "新入学"
    CONTINUING = "continuing", "在校生"


class SchoolPlace(Labelled):
    """Where the school stands, seen from the home region (区内、区外)."""

    INSIDE = "inside", "区内"
    OUTSIDE = "outside", "区外"


class AdmissionBatch(Labelled):
    """The batch somebody was admitted in (录取批次); places that joined the first two call them 本科批."""

    FIRST = "first", "本科一批"
    MERGED = "merged", "本科批（不分一、二批）"
    SECOND = "second", "本科二批"
    THIRD = "third", "本科三批"
    COLLEGE = "college", "专科（高职）批"
    GRADUATE = "graduate", "研究生"


class TuitionState(Labelled):
    """Where an application for tuition aid stands; whether it was paid is read from the ledger."""

    DRAFT = "draft", "填写中"
    IN_APPROVAL = "in_approval", "审批中"
    APPROVED = "approved", "已批准"
    REFUSED = "refused", "未批准"
    CANCELLED = "cancelled", "已取消"

    @property
    def is_live(self) -> bool:
        """Whether it stands in the way of another one for the same student and year."""
        return self not in (TuitionState.REFUSED, TuitionState.CANCELLED)
