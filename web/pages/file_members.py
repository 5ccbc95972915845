"""Members and head of a file (成员、档案首页): forms, leaving and returning, who holds the file."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import ConflictError, InvalidInputError, RuleBrokenError
from matcher.services.hardship import changes, files, members
from matcher.services.hardship.file_views import FileView, view_file
from matcher.services.hardship.files import FileInput
from matcher.services.hardship.members import MemberInput
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.conflicts import Difference, conflicted, differences, resolved, sent_marks, written_marks
from web.forms import Form, FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, translated
from web.marks import needs
from web.part_forms import widgets
from web.schemas.files import HeadForm, Leaving, MemberForm
from web.session import reading_aside, request_session, undo_request
from web.words.household_fields import value_words
from web.words.household_people import member_name

bp = Blueprint("file_members", __name__, url_prefix="/files")

_SEALED = ("id_number", "phone", "card", "illness", "address", "contact")


def _whole(household_id: str) -> FileView:
    with reading_aside() as session:
        view = view_file(session, current_actor(), household_id)
    if not view.is_whole:
        abort(404)
    return view


def _initial(row: Any, model: type[Form]) -> dict[str, Any]:
    """Return what stands in a row by field; sealed values stay out, yes and no become words of the form."""
    found: dict[str, Any] = {}
    for name in model.model_fields:
        if name not in _SEALED and hasattr(row, name):
            value = getattr(row, name)
            found[name] = str(value).lower() if isinstance(value, bool) else value
    return found


def _page(
    view: FileView,
    form: FormState,
    address: str,
    title: str,
    *,
    marks: Mapping[str, str] | None = None,
    differing: list[Difference] | None = None,
) -> ResponseReturnValue:
    clearable = [
        ("phone", gettext("手机")),
        ("card", gettext("银行卡号")),
        ("illness", gettext("疾病、残疾类别和等级")),
    ]
    skip = () if marks is not None else ("clears",)
    page = render_template(
        "files/form.html",
        view=view,
        form=form,
        title=title,
        address=address,
        widgets=widgets(form.model, {"clears": clearable}, skip=skip),
        marks=written_marks(marks or {}),
        differing=differing or [],
    )
    return page, 409 if differing else 422 if form.errors else 200


@bp.get("/<household_id>/head")
@needs(Permission.EDIT_FILES)
def head(household_id: str) -> ResponseReturnValue:
    """Show the head in its form."""
    view = _whole(household_id)
    form = blank_form(HeadForm, **_initial(view.household, HeadForm))
    return _head_page(view, form, changes.marks(view.household, files.HEAD_FIELDS))


def _head_page(
    view: FileView,
    form: FormState,
    marks: Mapping[str, str],
    differing: list[Difference] | None = None,
) -> ResponseReturnValue:
    address = url_for("file_members.update_head", household_id=view.household.public_id)
    return _page(view, form, address, gettext("修改首页"), marks=marks, differing=differing)


@bp.post("/<household_id>/head")
@needs(Permission.EDIT_FILES)
def update_head(household_id: str) -> ResponseReturnValue:
    """Change the head; what another changed meanwhile is shown beside one's own."""
    view = _whole(household_id)
    marks = changes.marks(view.household, files.HEAD_FIELDS)
    wish = read_form(HeadForm, resolved(_initial(view.household, HeadForm)))
    if isinstance(wish, FormErrors):
        return _head_page(view, wish, sent_marks() or marks)
    plain = wish.model_dump()
    facts = FileInput(**(plain | {"file_number": plain["file_number"] or ""}))
    try:
        files.change_head(
            request_session(), current_actor(), view.household.id, facts, seen=sent_marks()
        )
    except ConflictError as error:
        undo_request()
        form = conflicted(blank_form(HeadForm))
        return _head_page(view, form, marks, differences(error, form, _head_words))
    except (InvalidInputError, RuleBrokenError) as error:
        undo_request()
        return _head_page(view, _refused(HeadForm, error), sent_marks() or marks)
    toast(gettext("首页已保存"))
    return see_other(url_for("files.show", household_id=household_id))


def _head_words(column: str, value: Any) -> str:
    return value_words("household", column, value)


def _refused(model: type[Form], error: InvalidInputError | RuleBrokenError) -> FormErrors:
    if isinstance(error, InvalidInputError):
        return refused_form(model, error)
    return FormErrors(model, request.form, {"": translated(error.message)})


@bp.get("/<household_id>/members/new")
@needs(Permission.EDIT_FILES)
def new(household_id: str) -> ResponseReturnValue:
    """Show the form of a new member."""
    return _new_page(_whole(household_id), blank_form(MemberForm, is_living_together="true"))


def _new_page(view: FileView, form: FormState) -> ResponseReturnValue:
    address = url_for("file_members.create", household_id=view.household.public_id)
    return _page(view, form, address, gettext("添加成员"))


@bp.post("/<household_id>/members/new")
@needs(Permission.EDIT_FILES)
def create(household_id: str) -> ResponseReturnValue:
    """Add a member."""
    view = _whole(household_id)
    wish = read_form(MemberForm)
    if isinstance(wish, FormErrors):
        return _new_page(view, wish)
    try:
        members.add_member(request_session(), current_actor(), view.household.id, _facts(wish))
    except (InvalidInputError, RuleBrokenError) as error:
        undo_request()
        return _new_page(view, _refused(MemberForm, error))
    toast(gettext("成员已添加"))
    return see_other(url_for("files.show", household_id=household_id) + "#members")


def _facts(wish: MemberForm) -> MemberInput:
    plain = wish.model_dump()
    return MemberInput(**(plain | {"clears": frozenset(plain["clears"])}))


@bp.get("/<household_id>/members/<int:member_id>")
@needs(Permission.EDIT_FILES)
def edit(household_id: str, member_id: int) -> ResponseReturnValue:
    """Show a member in the form; numbers stay masked."""
    view = _whole(household_id)
    member = view.member(member_id)
    if member is None:
        abort(404)
    form = blank_form(MemberForm, **_initial(member, MemberForm))
    return _member_page(view, member_id, form, changes.marks(member, members.READ_FIELDS))


def _member_page(
    view: FileView,
    member_id: int,
    form: FormState,
    marks: Mapping[str, str],
    differing: list[Difference] | None = None,
) -> ResponseReturnValue:
    public_id = view.household.public_id
    address = url_for("file_members.update", household_id=public_id, member_id=member_id)
    title = gettext("修改成员 %(name)s", name=member_name(view.member(member_id)))
    return _page(view, form, address, title, marks=marks, differing=differing)


@bp.post("/<household_id>/members/<int:member_id>")
@needs(Permission.EDIT_FILES)
def update(household_id: str, member_id: int) -> ResponseReturnValue:
    """Change a member; what another changed meanwhile is shown beside one's own."""
    view = _whole(household_id)
    member = view.member(member_id)
    if member is None:
        abort(404)
    marks = changes.marks(member, members.READ_FIELDS)
    wish = read_form(MemberForm, resolved(_initial(member, MemberForm)))
    if isinstance(wish, FormErrors):
        return _member_page(view, member_id, wish, sent_marks() or marks)
    facts, session, actor = _facts(wish), request_session(), current_actor()
    try:
        members.change_member(
            session, actor, view.household.id, member_id, facts, seen=sent_marks()
        )
    except ConflictError as error:
        undo_request()
        form = conflicted(blank_form(MemberForm))
        told = differences(error, form, _member_words)
        return _member_page(view, member_id, form, marks, told)
    except (InvalidInputError, RuleBrokenError) as error:
        undo_request()
        return _member_page(view, member_id, _refused(MemberForm, error), sent_marks() or marks)
    toast(gettext("成员信息已保存"))
    return see_other(url_for("files.show", household_id=household_id) + "#members")


def _member_words(column: str, value: Any) -> str:
    return value_words("household_member", column, value)


@bp.post("/<household_id>/members/<int:member_id>/leave")
@needs(Permission.EDIT_FILES)
def leave(household_id: str, member_id: int) -> ResponseReturnValue:
    """Note that a member left; the toast undoes it."""
    wish = read_form(Leaving)
    household = _whole(household_id).household
    if isinstance(wish, FormErrors):
        raise InvalidInputError("member_leaves", "请改正标出的项目。", fields=wish.errors)
    members.leave(
        request_session(),
        current_actor(),
        household.id,
        member_id,
        on=wish.on,
        reason=wish.reason,
    )
    undo = url_for("file_members.come_back", household_id=household_id, member_id=member_id)
    toast(gettext("已登记离户"), undo=undo)
    return see_other(url_for("files.show", household_id=household_id) + "#members")


@bp.post("/<household_id>/members/<int:member_id>/return")
@needs(Permission.EDIT_FILES)
def come_back(household_id: str, member_id: int) -> ResponseReturnValue:
    """Undo a leaving."""
    household = _whole(household_id).household
    members.return_member(request_session(), current_actor(), household.id, member_id)
    toast(gettext("成员已恢复"))
    return see_other(url_for("files.show", household_id=household_id) + "#members")


@bp.post("/<household_id>/members/<int:member_id>/holder")
@needs(Permission.EDIT_FILES)
def make_holder(household_id: str, member_id: int) -> ResponseReturnValue:
    """Let another member hold the file."""
    session, actor = request_session(), current_actor()
    household = view_file(session, actor, household_id).household
    members.make_holder(session, actor, household.id, member_id)
    toast(gettext("户主已更换，请核对各成员与户主的关系"))
    return see_other(url_for("files.show", household_id=household_id) + "#members")
