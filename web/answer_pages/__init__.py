"""Pages of answer links (免登录链接), one module a purpose; `web.pages.answers` serves them all at /a/<token>.

How to add one: write a module here with a constant `PAGE = AnswerPage(...)` and add it to `registry.PAGES`.

- `purpose` and `subject_kind` are those the link was issued with (`links.issue(purpose=…, subject=(kind, id))`).
- `template` extends "answers/base.html". Its forms post to `request.path` with `{{ field.token() }}` and a field `act`.
- `shown(session, by, link)` returns what the template shows. It reads only: a GET never acts, scanners press links.
  Nothing of a person beyond what is needed: the name masked, the post and the unit; no numbers, no status.
- `forms` names the pydantic form of each `act`; filled or blank it stands in the template as `forms.<act>`.
- `act(session, by, link, act, wish)` calls the use case as the person or unit it was sent to (`by` has no account, the
  step's `via` is LINK) and returns the words said afterwards. What it raises undoes everything, the link stays good.
- `stays=True` for a page with several answers (a list): afterwards it is shown again. Such a purpose must not be in
  `links.ANSWERED_ONCE`; all others end with their one answer.
"""
