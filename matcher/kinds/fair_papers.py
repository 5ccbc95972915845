"""Closed lists of an employer's papers for a fair (参会材料) and of what is printed for it (会刊、海报、桌牌)."""

from matcher.kinds.labelled import Labelled


class FairPaperKind(Labelled):
    """A paper of the vetting pack (参会材料)."""

    LICENCE = "licence", "营业执照"
    AGENT = "agent", "经办人身份证明"
    AUTHORISATION = "authorisation", "委托证明"
    BROCHURE = "brochure", "招聘简章"
    POSTER = "poster", "宣传海报"


class FairPaperState(Labelled):
    """Where a paper stands; one that is missing has no row."""

    HANDED_IN = "handed_in", "已交待核"
    ACCEPTED = "accepted", "已核"
    RETURNED = "returned", "已退回"
    EXPIRED = "expired", "已过期"


class FairPrintKind(Labelled):
    """What is made of a fair as a file: of its posts and booths before it, of its report after it."""

    BOOKLET = "booklet", "岗位汇编（PDF）"
    BOOKLET_WORD = "booklet_word", "岗位汇编（Word）"
    POSTERS = "posters", "展位海报（PDF）"
    CARDS = "cards", "展位桌牌（PDF）"
    POSTS = "posts", "岗位表（xlsx）"
    REPORT = "report", "会后报告表和明细（xlsx）"

    @property
    def is_of_posts(self) -> bool:
        """Whether it shows posts and booths, as they stood when it was made."""
        return self is not FairPrintKind.REPORT


class FairPrintState(Labelled):
    """Where a file that is printed stands."""

    WAITING = "waiting", "生成中"
    READY = "ready", "可以下载"
    FAILED = "failed", "没有生成"
