"""A cooperation in words (异地协作): the card both unions read, and the letter to one off this system."""

from dataclasses import dataclass

from matcher.documents.letters import LetterForm
from matcher.identity import mask_name
from matcher.kinds.joins import CooperationState
from matcher.services.hardship.cooperation_contacts import Letter
from matcher.services.hardship.cooperation_people import ServedPerson
from matcher.services.hardship.cooperation_sight import CooperationView
from web.i18n import gettext, label


@dataclass(frozen=True)
class CooperationCard:
    """What a list and the head of a page show."""

    public_id: str
    person: str
    other: str
    """The union on the other side."""
    direction: str
    scope: str
    state: CooperationState
    view: CooperationView


def card_of(view: CooperationView) -> CooperationCard:
    """Return a cooperation as its reader's side sees it; the name is masked."""
    person = mask_name(view.person.name) if view.person else gettext("接受后可见")
    return CooperationCard(
        view.row.public_id,
        person,
        view.partner_name if view.is_home else view.home_name,
        gettext("请对方服务") if view.is_home else gettext("对方请我们服务"),
        "、".join(label(one) for one in view.scope),
        view.row.state,
        view,
    )


def sheet_of(person: ServedPerson) -> str:
    """Return a person as the form offers them."""
    facts = [one for one in (person.relation, person.school) if one]
    if person.has_consent:
        facts.append(gettext("已同意"))
    return f"{mask_name(person.name)}（{'，'.join(facts)}）" if facts else mask_name(person.name)


def letter_of(letter: Letter) -> LetterForm:
    """Return the letter's words; they say nothing of why the person is served."""
    scope = "、".join(label(one) for one in letter.scope)
    return LetterForm(
        title=gettext("协作函"),
        number=letter.number,
        addressee=letter.addressee,
        paragraphs=[
            gettext(
                "现有我会服务对象一名，正在或将要在贵地学习、求职。经本人同意，请贵会协助提供下列服务，"
                "并将情况告知我会。"
            ),
            gettext("所附个人信息只用于上述服务；到期或接到我会通知后，请停止使用并删除。"),
        ],
        facts=[
            (gettext("姓名"), letter.person_name),
            (gettext("联系电话"), letter.phone),
            (gettext("学校或意向地"), letter.school or gettext("未填")),
            (gettext("请协助"), scope),
            (gettext("截止日期"), letter.expires_on),
        ],
        sender=letter.home_name,
        written_on=letter.written_on,
        reply_title=gettext("复函（请填写后寄回，编号 %(number)s）", number=letter.number),
        reply=[
            gettext("是否同意协助："),
            gettext("联系人和电话："),
            gettext("已提供的服务："),
            gettext("盖章、日期："),
        ],
    )
