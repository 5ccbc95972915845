"""A union, an employer and clients that bear tokens: what the API is tried on."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from apiflask import APIFlask
from werkzeug.test import TestResponse

from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import Role
from matcher.models.accounts import Membership
from matcher.models.employers import Employer
from matcher.models.organisations import Union
from matcher.services.api_tokens import issue_token
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.postings import make_employer

Call = Callable[..., TestResponse]


class World:
    """A union with an open drive, an employer, and clients that bear tokens."""

    def __init__(self, app: APIFlask, factory: SessionFactory) -> None:
        self.app, self.factory = app, factory
        with transaction(factory) as session:
            union = make_union(session)
            self.union_id = union.id
            drive = make_drive(session, union)
            self.drive, self.drive_id = drive.public_id, drive.id
            employer = make_employer(session, union)
            self.employer, self.employer_id = employer.public_id, employer.id

    def bearer(self, role: Role, *, employer_id: int | None = None) -> Call:
        """Return a function that calls the API with a token of a role."""
        with transaction(self.factory) as session:
            employer = session.get_one(Employer, employer_id or self.employer_id)
            union = session.get_one(Union, self.union_id)
            place: dict[str, Any] = (
                {"employer": employer} if role is Role.EMPLOYER else {"union": union}
            )
            actor = make_actor(session, role, **place)
            token = issue_token(session, actor, "test", membership_id=_membership(session, actor))
        return self.with_token(token)

    def with_token(self, token: str | None) -> Call:
        """Return a function that calls the API with a token."""
        client = self.app.test_client()

        def call(method: str, path: str, body: Any = None, **more: Any) -> TestResponse:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            if body is not None:
                more["json"] = body
            return client.open(f"/api/v1{path}", method=method, headers=headers, **more)

        return call


def _membership(session: Any, actor: Actor) -> int:
    found = session.scalar(
        sa.select(Membership.id).where(Membership.account_id == actor.account_id)
    )
    return int(found)
