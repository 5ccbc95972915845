"""Consent texts (同意书) by version: each purpose separately (个人信息保护法 arts. 14, 17, 23, 29).

The texts stand in `CONSENT_TEXTS`. A wording is never changed in place: a new one gets the next
version, people who agreed to the old one are asked again, and both stay in the database. Giving and
withdrawing are in `consent_acts`.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds import ConsentPurpose
from matcher.models.consents import ConsentText


@dataclass(frozen=True)
class Wording:
    """One version of the words of one purpose."""

    purpose: ConsentPurpose
    version: int
    valid_from: dt.date
    body: str


_FIRST_DAY = dt.date(2026, 1, 1)

CONSENT_TEXTS = (
    Wording(
        ConsentPurpose.SERVICE,
        1,
        _FIRST_DAY,
        "我同意所在地工会为向我提供就业服务，处理我的姓名、联系方式、学校、专业、学历、毕业时间和就业意向。"
        "不提供这些信息，工会无法与我联系和推荐岗位，但不影响我享受工会的其他服务。"
        "信息只供承办就业服务的工会工作人员使用；我可以随时查看、更正、下载，也可以随时撤回同意，"
        "撤回不影响此前已经进行的处理。",
    ),
    Wording(
        ConsentPurpose.RANKING,
        1,
        _FIRST_DAY,
        "我同意系统按照专业、就业意向和所写文字，将我与招聘岗位自动比对并排出先后。"
        "排序不使用性别、婚姻、民族；每一个结果都可以查看理由，我可以要求工作人员说明或者人工处理。"
        "不同意时，工作人员仍会人工向我推荐岗位。我可以随时撤回，撤回后不再参加排序。",
    ),
    Wording(
        ConsentPurpose.DISCLOSURE,
        1,
        _FIRST_DAY,
        "我同意工会在推荐我应聘时，将我的姓名、联系方式、学校、专业、学历和自我介绍提供给被推荐的用人单位，"
        "仅用于本次招聘。每次推荐之前，工会会告诉我单位的名称、联系方式和岗位；提供的信息不含我的家庭情况。"
        "我可以随时撤回，撤回后不再向单位提供。",
    ),
    Wording(
        ConsentPurpose.HARDSHIP_DISCLOSURE,
        1,
        _FIRST_DAY,
        "我单独同意工会向下面写明的一家用人单位说明我的家庭属于困难职工家庭或者零就业家庭，"
        "仅用于该单位落实预留岗位和帮扶政策。这属于敏感个人信息：单位知道后，可能影响它对我的看法。"
        "不同意不影响我被推荐到任何岗位，包括预留岗位。我可以随时撤回；撤回后不再说明，已经说明的无法收回。",
    ),
    Wording(
        ConsentPurpose.HARDSHIP_DISCLOSURE,
        2,
        dt.date(2026, 11, 1),
        "我已经在下面写明的用人单位报到。我单独同意工会就下面写明的一项补贴，向这家单位说明我的家庭属于困难职工家庭或者"
        "零就业家庭，仅用于单位申领这一项补贴，不用于其他事项，也不提供其他家庭情况。这属于敏感个人信息：单位知道后，"
        "可能影响它对我的看法。不同意不影响我的工作和我得到的其他服务。我可以随时撤回；撤回后不再说明，已经说明的无法收回。",
    ),
    Wording(
        ConsentPurpose.COOPERATION,
        1,
        _FIRST_DAY,
        "我同意服务我的工会请学校所在地或者我想去工作的地方的工会协助，向对方提供我的姓名、联系方式、学校、专业、"
        "毕业时间、就业意向和需要协助的事项，仅用于这一次协助；对方只能看到这些内容，到期后不再能看到。"
        "不同意不影响我在本地得到的服务。我可以随时撤回，撤回后对方不再能看到，已经办过的事不受影响。",
    ),
    Wording(
        ConsentPurpose.PAIRING,
        1,
        _FIRST_DAY,
        "我同意工会为我安排一位联系人或者一家单位与我结对，向对方提供我的姓名、联系电话和约定帮助的内容，"
        "由对方定期与我联系。对方看不到我的家庭情况和其他材料，也不参加它所在单位对我的招聘选拔。"
        "不同意或者以后换人，不影响我得到的其他服务。我可以随时撤回，撤回后结对结束，对方不再能看到我的信息。",
    ),
    Wording(
        ConsentPurpose.FAIR,
        1,
        _FIRST_DAY,
        "我同意主办招聘会的工会处理我填写的姓名、手机号、学校、专业和学历，只用于这一场招聘会的报名、入场、通知和会后统计。"
        "入场码里没有我的个人信息。展位扫我的入场码时，只能看到我自己选择给它看的内容，不选就什么也看不到。"
        "招聘会免费，不报名也可以到现场登记入场。信息在会后按规定的期限删除；我可以随时撤回同意、取消报名并要求删除。",
    ),
)


def seed_consent_texts(session: Session) -> int:
    """Add the versions that are not in the database yet; return how many were added."""
    rows = session.execute(
        sa.select(ConsentText.purpose, ConsentText.version).order_by(ConsentText.id)
    )
    there = {(purpose, version) for purpose, version in rows}
    missing = [text for text in CONSENT_TEXTS if (text.purpose, text.version) not in there]
    session.add_all(
        ConsentText(
            purpose=text.purpose, version=text.version, valid_from=text.valid_from, body=text.body
        )
        for text in missing
    )
    session.flush()
    return len(missing)


def current_text(session: Session, purpose: ConsentPurpose, on: dt.date) -> ConsentText:
    """Return the newest wording of a purpose that is valid on a day."""
    return session.scalars(
        sa.select(ConsentText)
        .where(ConsentText.purpose == purpose, ConsentText.valid_from <= on)
        .order_by(ConsentText.version.desc())
        .limit(1)
    ).one()
