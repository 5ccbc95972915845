"""Whether the web process lives (`/healthz`) and can serve (`/readyz`)."""

import sqlalchemy as sa
from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from web.marks import public
from web.session import request_session

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def alive() -> ResponseReturnValue:
    """Say that the process answers."""
    return {"status": "ok"}


@bp.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """Say whether the database answers."""
    try:
        request_session().execute(sa.select(sa.literal(1)))
    except SQLAlchemyError:
        return {"status": "no database"}, 503
    return {"status": "ok"}
