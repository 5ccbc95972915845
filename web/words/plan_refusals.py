"""Why no proposal came of a seat of a published plan (未能生成的原因), in words by the code of the refusal."""

from collections.abc import Mapping

from web.i18n import gettext, msg

_WORDS: Mapping[str, str] = {
    "referral_no_consent": msg("本人没有同意接受就业服务，或已撤回"),
    "referral_not_in_drive": msg("本人已离开活动"),
    "referral_hidden": msg("本人不愿去这家单位"),
    "referral_settled": msg("本人已接受了一份工作"),
    "referral_placed": msg("本人已登记了就业去向"),
    "referral_posting_closed": msg("岗位没有发布或已关闭"),
    "referral_posting_over": msg("岗位已过有效期"),
    "referral_employer_unverified": msg("单位没有通过核验，或核验已过期"),
    "referral_drive_closed": msg("活动不在进行中"),
    "referral_not_eligible": msg("专业或条件不符合岗位要求"),
    "referral_undecided": msg("是否符合还待确认"),
    "referral_not_ranked": msg("资料不全，没有参加排序"),
    "seat_none_to_hold": msg("席位已被占用"),
    "seat_none_left": msg("席位已被占用"),
}
"""Code → why, as a manager reads it; the whole sentences are those of `services.referrals.judging`."""


def refusal_words(code: str) -> str:
    """Return why nothing came of a seat; a code without words stands for itself."""
    return gettext(_WORDS[code]) if code in _WORDS else code
