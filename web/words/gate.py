"""Why a posting is not ranked, and what it lacks, in words that are marked for translation."""

from web.i18n import gettext, msg

NOT_RANKED = {
    "not_published": msg("尚未发布"),
    "past_validity": msg("已过有效期限"),
    "employer_pending": msg("单位尚未核验"),
    "employer_refused": msg("单位核验未通过"),
    "employer_suspended": msg("单位已停用"),
    "employer_check_expired": msg("单位核验已过期，须重新核验"),
}
"""Words of the codes of `posting_gate.REASONS`."""

ELEMENTS = (
    msg("用人单位基本情况"),
    msg("招聘人数"),
    msg("招聘条件"),
    msg("工作内容"),
    msg("工作地点"),
    msg("基本劳动报酬"),
    msg("有效期限"),
)
"""Names of the required elements (人力资源市场暂行条例 art. 24), as `Posting.incomplete` holds them."""


def not_ranked(code: str) -> str:
    """Return why a posting is not ranked."""
    return gettext(NOT_RANKED.get(code, code))
