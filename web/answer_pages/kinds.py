"""What a purpose of answer links brings: what is shown, which forms, which use case."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from matcher.kinds.referrals import LinkPurpose
from matcher.models.referrals import AnswerLink
from matcher.services.permissions import Actor
from web.forms import Form

Shown = Callable[[Session, Actor, AnswerLink], dict[str, Any]]
Act = Callable[[Session, Actor, AnswerLink, str, Any], str]


@dataclass(frozen=True)
class AnswerPage:
    """One purpose; how to write one stands in the package."""

    purpose: LinkPurpose
    subject_kind: str
    template: str
    forms: Mapping[str, type[Form]]
    shown: Shown
    act: Act
    stays: bool = False
