"""Closed lists of what an employer is told after hiring (录用后的身份说明): for which subsidy, and what is stated.

Which status a subsidy wants, and whether a union's word is taken for it, differs from place to place; the clerk who
pays decides. The list names the claims units make, the statement says what stands in the union's files.
"""

from matcher.kinds.labelled import Labelled


class SubsidyClaim(Labelled):
    """A subsidy of the unit that wants the status of whom it hired (单位申领的补贴)."""

    SOCIAL_INSURANCE = "social_insurance", "招用就业困难人员社会保险补贴"
    POST = "post", "岗位补贴"
    LOCAL = "local", "当地招用困难家庭毕业生的补贴"
    OTHER = "other", "其他须证明身份的补贴"

    @property
    def needs_title(self) -> bool:
        """Say whether the claim is only told by its own name."""
        return self in (SubsidyClaim.LOCAL, SubsidyClaim.OTHER)


class StatedStatus(Labelled):
    """What a statement says of a person, and nothing beside it (说明的内容)."""

    HARDSHIP_FILE = "hardship_file", "困难职工家庭成员"
    ZERO_EMPLOYMENT = "zero_employment", "零就业家庭成员"
