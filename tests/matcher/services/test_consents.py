"""Rules of the consent texts."""

import datetime as dt

from sqlalchemy.orm import Session

from matcher.kinds import ConsentPurpose
from matcher.models.consents import ConsentText
from matcher.services.consents import CONSENT_TEXTS, current_text, seed_consent_texts

_DAY = dt.date(2026, 7, 1)


def test_every_purpose_has_words_of_its_own() -> None:
    assert {text.purpose for text in CONSENT_TEXTS} == set(ConsentPurpose)
    assert len({text.body for text in CONSENT_TEXTS}) == len(CONSENT_TEXTS)


def test_every_text_tells_that_consent_can_be_withdrawn() -> None:
    assert all("撤回" in text.body for text in CONSENT_TEXTS)


def test_seeding_again_adds_nothing(sqlite_session: Session) -> None:
    first = seed_consent_texts(sqlite_session)

    assert first == len(CONSENT_TEXTS)
    assert seed_consent_texts(sqlite_session) == 0


def test_the_newest_version_valid_on_the_day_is_shown(sqlite_session: Session) -> None:
    seed_consent_texts(sqlite_session)
    for version, valid_from in ((2, _DAY), (3, _DAY + dt.timedelta(days=1))):
        sqlite_session.add(
            ConsentText(
                purpose=ConsentPurpose.SERVICE, version=version, body="新", valid_from=valid_from
            )
        )
    sqlite_session.flush()

    assert current_text(sqlite_session, ConsentPurpose.SERVICE, _DAY).version == 2
