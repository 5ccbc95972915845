"""Closed lists of what a scanner without network brings home (离线补传): why a scan conflicts, how it was settled."""

from matcher.kinds.labelled import Labelled


class DoorConflictReason(Labelled):
    """Why somebody who was let in offline cannot simply be counted (冲突原因)."""

    SECOND_ADMISSION = "second_admission", "同一张票两处放行"
    CANCELLED = "cancelled", "放行时票已取消"
    UNKNOWN = "unknown", "放行的票码查不到"
    BEYOND_LOAN = "beyond_loan", "超出离线名额"


class DoorConflictOutcome(Labelled):
    """What the organiser found out about a conflict (处理结果)."""

    SAME_PERSON = "same_person", "同一个人，不再计人数"
    ANOTHER_PERSON = "another_person", "确有另一人入场，计一人"
    NOTED = "noted", "查不清，只留记录"
