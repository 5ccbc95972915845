"""The steps of a training referral (培训转介) a page offers: the form of each, the use case, what is said after."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from matcher.services.permissions import Actor
from matcher.services.training import answers, certificates, proposing, support
from matcher.services.training.certificates import CertificateInput
from web.forms import Form
from web.i18n import msg
from web.schemas.training import (
    CertificateForm,
    DropForm,
    RefusalForm,
    StepForm,
    SubsidyForm,
    SupportForm,
)

Run = Callable[[Session, Actor, int, Any], object]


@dataclass(frozen=True)
class Act:
    """One step."""

    form: type[Form]
    run: Run
    said: str


def _agree(session: Session, by: Actor, number: int, wish: StepForm) -> object:
    return proposing.agree(session, by, number, expected_version=wish.version)


def _accept(session: Session, by: Actor, number: int, wish: StepForm) -> object:
    return answers.accept(session, by, number, expected_version=wish.version)


def _refuse(session: Session, by: Actor, number: int, wish: RefusalForm) -> object:
    return answers.refuse(session, by, number, wish.reason, expected_version=wish.version)


def _start(session: Session, by: Actor, number: int, wish: StepForm) -> object:
    return answers.start(session, by, number, on=wish.on, expected_version=wish.version)


def _finish(session: Session, by: Actor, number: int, wish: StepForm) -> object:
    return answers.finish(session, by, number, on=wish.on, expected_version=wish.version)


def _certify(session: Session, by: Actor, number: int, wish: CertificateForm) -> object:
    paper = CertificateInput(
        number=wish.number, issued_on=wish.issued_on, kind=wish.kind, level=wish.level
    )
    return certificates.certify(session, by, number, paper, expected_version=wish.version)


def _drop(session: Session, by: Actor, number: int, wish: DropForm) -> object:
    return proposing.drop(session, by, number, wish.reason, expected_version=wish.version)


def _subsidy(session: Session, by: Actor, number: int, wish: SubsidyForm) -> object:
    return certificates.claim_subsidy(
        session,
        by,
        number,
        own_cost_fen=int(wish.own_cost * 100),
        amount_fen=int(wish.amount * 100),
    )


def _support(session: Session, by: Actor, number: int, wish: SupportForm) -> object:
    return support.record_step(session, by, number, wish.kind, on=wish.on)


PROVIDER_ACTS: dict[str, Act] = {
    "accept": Act(StepForm, _accept, msg("已登记录取")),
    "refuse": Act(RefusalForm, _refuse, msg("已登记未接收")),
    "start": Act(StepForm, _start, msg("已登记开始参加")),
    "finish": Act(StepForm, _finish, msg("已登记结业")),
    "certify": Act(CertificateForm, _certify, msg("证书已登记")),
}
"""What a provider answers, and staff for it."""

ACTS: dict[str, Act] = {
    "agree": Act(StepForm, _agree, msg("已登记本人同意")),
    **PROVIDER_ACTS,
    "drop": Act(DropForm, _drop, msg("已登记退出")),
    "subsidy": Act(SubsidyForm, _subsidy, msg("补贴申领已登记")),
    "support": Act(SupportForm, _support, msg("创业步骤已登记")),
}
"""What staff may do."""
