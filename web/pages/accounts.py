"""Accounts of colleagues (账号管理), for administrators: who there is, making one, mending one."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError
from matcher.services import accounts, organisations, passwords
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs
from web.navigation import NavItem
from web.schemas.accounts import NewAccount
from web.session import reading_aside, request_session

bp = Blueprint("accounts", __name__, url_prefix="/accounts")

MENU = (
    NavItem(
        "accounts.index",
        msg("账号管理"),
        Permission.MANAGE_ACCOUNTS,
        "system",
        hint=msg("给同事开账号、定角色、重设密码"),
        icon="list",
    ),
)


@bp.get("")
@needs(Permission.MANAGE_ACCOUNTS)
def index() -> ResponseReturnValue:
    """List the accounts of the scope."""
    found = accounts.list_accounts(request_session(), current_actor())
    return render_template("accounts/list.html", accounts=found)


@bp.get("/new")
@needs(Permission.MANAGE_ACCOUNTS)
def new() -> ResponseReturnValue:
    """Show the form for a new account."""
    return _form(blank_form(NewAccount))


def _form(form: FormState, status: int = 200) -> ResponseReturnValue:
    with reading_aside() as database:
        unions = organisations.list_unions(database, current_actor())
    page = render_template(
        "accounts/new.html",
        form=form,
        roles=[(role.value, label(role)) for role in accounts.UNION_ROLES],
        unions=[(union.id, union.name) for union in unions],
    )
    return page, status


@bp.post("")
@needs(Permission.MANAGE_ACCOUNTS)
def create() -> ResponseReturnValue:
    """Make an account with one role and show its first password once."""
    wish = read_form(NewAccount)
    if isinstance(wish, FormErrors):
        return _form(wish, 422)
    password = accounts.new_password()
    kept = passwords.hash_password(password)  # before the first statement takes the write lock
    actor = current_actor()
    try:
        made = accounts.create_account(
            request_session(), actor, wish.login, display_name=wish.display_name, password_hash=kept
        )
    except InvalidInputError as error:
        return _form(refused_form(NewAccount, error), 422)
    accounts.add_membership(
        request_session(), actor, made.id, role=wish.role, union_id=wish.union_id
    )
    return render_template(
        "accounts/password.html", login=made.login, password=password, is_new=True
    )


@bp.post("/<public_id>/password")
@needs(Permission.MANAGE_ACCOUNTS)
def reset_password(public_id: str) -> ResponseReturnValue:
    """Give an account a new password and show it once."""
    password = accounts.new_password()
    kept = passwords.hash_password(password)
    session, actor = request_session(), current_actor()
    account = accounts.get_account(session, actor, public_id)
    accounts.reset_password(session, actor, account, password_hash=kept)
    return render_template(
        "accounts/password.html", login=account.login, password=password, is_new=False
    )


@bp.post("/<public_id>/second-factor")
@needs(Permission.MANAGE_ACCOUNTS)
def clear_second_factor(public_id: str) -> ResponseReturnValue:
    """Take the second factor off an account whose phone is lost."""
    session, actor = request_session(), current_actor()
    account = accounts.get_account(session, actor, public_id)
    accounts.clear_second_factor(session, actor, account)
    toast(gettext("动态口令已清除，本人下次登录后可重设"))
    return see_other(url_for("accounts.index"))


@bp.post("/<public_id>/active")
@needs(Permission.MANAGE_ACCOUNTS)
def set_active(public_id: str) -> ResponseReturnValue:
    """Close an account, or open it again."""
    session, actor = request_session(), current_actor()
    account = accounts.get_account(session, actor, public_id)
    is_active = request.form.get("active") == "true"
    accounts.set_active(session, actor, account, is_active=is_active)
    toast(gettext("账号已启用") if is_active else gettext("账号已停用，各处登录都已退出"))
    return see_other(url_for("accounts.index"))
