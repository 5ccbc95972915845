"""A person's own résumé: made from the profile or brought, one page, nothing about status."""

import io
from typing import Any

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading
from matcher.documents.pdf_reading import read_pdf
from matcher.kinds.referrals import ReferralState
from matcher.models.resumes import OwnResume
from tests.matcher.documents.test_pdf_reading import make_pdf
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs
from tests.web.own_referral_world import World, open_world

_R = ReferralState


@pytest.fixture
def world(sqlite_factory: SessionFactory, signed_in_as: SignInAs) -> World:
    """Give the graduate with the own referrals."""
    return open_world(sqlite_factory, signed_in_as)


def test_the_made_resume_is_one_page_under_a_neutral_name(world: World) -> None:
    answer = world.client.get("/me/resume/page")

    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'inline; filename="resume.pdf"'
    read = read_pdf(answer.data)
    assert read.n_pages == 1
    assert "陈小辰" in read.text
    assert "父亲" not in read.text


def test_a_resume_is_previewed_with_the_parts_ticked(world: World) -> None:
    number = world.referrals[_R.PROPOSED]

    answer = world.client.get(f"/me/referrals/{number}/resume?parts=school&parts=resume")

    text = read_pdf(answer.data).text
    assert "宁夏大学" in text
    assert "陈小辰" not in text


def _upload(client: PageClient, content: bytes) -> Any:
    fields = {"csrf_token": client.token(), "file": (io.BytesIO(content), "陈小辰 简历.pdf")}
    return client.post("/me/resume", data=fields, content_type="multipart/form-data")


def test_an_own_pdf_is_kept_chosen_and_removed(
    world: World, sqlite_factory: SessionFactory
) -> None:
    assert _upload(world.client, make_pdf()).status_code == 303
    assert world.client.get("/me/resume/page").data == make_pdf()

    world.client.submit("/me/resume/use", own="no")
    assert world.client.get("/me/resume/page").data != make_pdf()

    world.client.submit("/me/resume/remove")
    with reading(sqlite_factory) as session:
        assert session.scalars(sa.select(OwnResume.graduate_id)).all() == []


@pytest.mark.parametrize("content", [b"", b"MZ", make_pdf(b"<< /S /JS >>")])
def test_what_is_no_plain_pdf_is_refused_in_words(world: World, content: bytes) -> None:
    answer = _upload(world.client, content)

    assert answer.status_code == 422
    assert 'class="errors"' in answer.text
