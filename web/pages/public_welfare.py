"""Whether a posting is one of public welfare (公益性岗位), said on its page."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from matcher.services.permissions import Permission
from matcher.services.public_welfare import set_public_welfare
from web.auth import current_actor
from web.fragments import see_other, toast
from web.i18n import gettext
from web.marks import needs
from web.session import request_session

bp = Blueprint("public_welfare", __name__, url_prefix="/postings/<string:public_id>/public-welfare")


@bp.post("")
@needs(Permission.MANAGE_DRIVE)
def save(public_id: str) -> ResponseReturnValue:
    """Name a posting one of public welfare, or take that back."""
    is_one = request.form.get("is_one") == "yes"
    set_public_welfare(
        request_session(),
        current_actor(),
        public_id,
        is_public_welfare=is_one,
        expected_version=request.form.get("version", type=int),
    )
    said = gettext("已标为公益性岗位") if is_one else gettext("不再算公益性岗位")
    toast(said)
    return see_other(url_for("postings.list.show", public_id=public_id))
