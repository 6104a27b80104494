"""The pages of the intake, and what each form on them does."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from fastapi import Cookie, FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, PlainTextResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser

from examples.intake_app import form
from examples.intake_app.guard import LARGEST_UPLOAD, Guard
from examples.intake_app.sessions import Session, Sessions, told_share
from examples.intake_app.words import LANGUAGES, Words, all_words
from redflag import Case, CaseError, answer, render
from redflag.documents import DocumentNote
from redflag.intake.papers import FORMATS, papers_in
from redflag.interview import Asked
from redflag.report import languages as report_languages

COOKIE = "intake"
HERE = Path(__file__).parent
AT_ONCE = 4
"""Questions on one page: more would frighten."""

MOST_DOCUMENTS = 300
REPORTS = {
    "html": "text/html",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown",
    "json": "application/json",
    "case": "application/json",
}
"""What can be downloaded, each with its type: the report in four forms, and the case itself."""

# an upload is never written to the disk, however large: the default spills what exceeds a megabyte
MultiPartParser.spool_max_size = 2 * LARGEST_UPLOAD

Given = Mapping[str, Sequence[str]]
SessionId = Annotated[str | None, Cookie(alias=COOKIE)]


def _form(**fields: str) -> dict[str, Any]:
    """How OpenAPI is told of a form: its fields, each with what it is for."""
    properties = {"token": {"type": "string", "description": "The token that the page holds."}}
    properties |= {name: {"type": "string", "description": told} for name, told in fields.items()}
    schema = {"type": "object", "properties": properties, "required": ["token"]}
    return {"requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": schema}}}}


def _upload() -> dict[str, Any]:
    schema = {
        "type": "object",
        "properties": {
            "token": {"type": "string"},
            "file": {"type": "string", "format": "binary"},
            "kind": {"type": "string"},
            "date": {"type": "string"},
            "privileged": {"type": "string"},
        },
        "required": ["token", "file"],
    }
    return {"requestBody": {"content": {"multipart/form-data": {"schema": schema}}}}


_TEXT = {"content": {"text/plain": {"schema": {"type": "string"}}}}
_PAGE = {"content": {"text/html": {"schema": {"type": "string"}}}}
_REFUSED: dict[int | str, dict[str, Any]] = {
    303: {"description": "Onwards to a page."},
    400: {"description": "Not for this computer, or a form that cannot be read.", **_TEXT},
    403: {"description": "The token is not that of the page.", **_TEXT},
    404: {"description": "There is no such page.", **_TEXT},
    413: {"description": "More was sent than may be.", **_TEXT},
}
_FILES: dict[int | str, dict[str, Any]] = {
    200: {"description": "A file.", "content": {one: {} for one in REPORTS.values()}},
    **_REFUSED,
}
_SHOWN: dict[int | str, dict[str, Any]] = {200: {"description": "A page.", **_PAGE}, **_REFUSED}


class _Pages:
    """What every page needs: templates, words and sessions."""

    def __init__(self) -> None:
        self.sessions = Sessions()
        self.words = all_words()
        self.first_token = secrets.token_urlsafe(32)
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=select_autoescape(),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def words_for(self, session: Session | None, language: str | None) -> Words:
        """The words of the session's language, or of one that is asked for."""
        wanted = session.language if session is not None else language
        return self.words.get(wanted or "en", self.words["en"])

    def page(
        self, name: str, say: Words, session: Session | None, status: int = 200, **more: Any
    ) -> HTMLResponse:
        """A page from its template."""
        told = {"faults": (), "told": "", "section": None, **more}
        if session is not None:
            told["faults"] = session.take_faults()
            told["told"] = session.take_told()
            told["urgent"] = list(_urgent(session.case, say))
        html = self._templates.get_template(f"{name}.html").render(
            say=say, session=session, here=name, languages=LANGUAGES, form=form,
            token=session.token if session is not None else self.first_token, percent=told_share, **told,
        )  # fmt: skip
        return HTMLResponse(html, status)

    def checked(self, session: Session | None, given: Given) -> None:
        """Refuses a form that does not come from a page of this session.

        Raises:
            HTTPException: with 403.
        """
        expected = session.token if session is not None else self.first_token
        if not hmac.compare_digest("".join(given.get("token", ())).encode(), expected.encode()):
            raise HTTPException(403, "This form is not from a page that is open here.")


def _urgent(case: Case, say: Words) -> Any:
    """What comes first for the person, in the words of the page."""
    safety, status = case.safety, form.shown(case, "custody.status")
    if safety.surrender_imminent:
        yield say("surrender_imminent"), None
    if safety.relatives_in_danger:
        yield say("relatives_in_danger"), None
    if safety.safe_to_contact is False:
        yield say("unsafe_contact"), None
    if status in ("in_custody", "house_arrest"):
        yield say(f"{status}_now"), None
    if case.custody.next_hearing is not None:
        yield say("next_hearing"), str(case.custody.next_hearing)
    for one in sorted(case.deadlines, key=lambda one: (one.due.earliest, one.what)):
        yield one.what, str(one.due)


async def _given(request: Request) -> Given:
    """The fields of a form, each with all that was put into it.

    Raises:
        HTTPException: with 400, if it cannot be read.
    """
    given: dict[str, list[str]] = {}
    try:
        async with request.form(max_files=1, max_fields=400, max_part_size=250_000) as fields:
            for name, value in fields.multi_items():
                if isinstance(value, str):
                    given.setdefault(name, []).append(value)
    except (MultiPartException, HTTPException, ValueError):
        raise HTTPException(400, "This form cannot be read.") from None
    return given


def make_app() -> FastAPI:
    """The application, remembering nothing yet."""
    app = FastAPI(
        title="Case intake", version="1", docs_url=None, redoc_url=None, description=__doc__ or "",
        swagger_ui_oauth2_redirect_url=None,
    )  # fmt: skip
    pages = _Pages()
    _begin_and_end(app, pages)
    _asking(app, pages)
    _parts(app, pages)
    _papers(app, pages)
    _reports(app, pages)

    @app.exception_handler(HTTPException)
    async def refused(_: Request, fault: HTTPException) -> PlainTextResponse:
        return PlainTextResponse(str(fault.detail), fault.status_code)

    @app.get("/app.css", response_class=Response, responses={200: {"content": {"text/css": {}}}})
    async def style() -> FileResponse:
        """How the pages look."""
        return FileResponse(HERE / "static" / "app.css", media_type="text/css")

    app.add_middleware(Guard)
    return app


def _to(page: str) -> RedirectResponse:
    return RedirectResponse(page, 303)


def _begin_and_end(app: FastAPI, pages: _Pages) -> None:
    """Consent first, and erasing at any time."""

    @app.get("/", response_class=HTMLResponse, responses=_SHOWN)
    async def first(intake: SessionId = None, language: str | None = None) -> Response:
        """Consent and lawful basis; nothing is stored before."""
        if pages.sessions.find(intake) is not None:
            return _to("/questions")
        return pages.page("consent", pages.words_for(None, language), None)

    @app.post(
        "/begin", response_class=HTMLResponse, responses=_SHOWN,
        openapi_extra=_form(agree="`yes`", basis="lawful basis", language="code of a language"),
    )  # fmt: skip
    async def begin(request: Request) -> Response:
        """Begin an intake, once consent was given."""
        given = await _given(request)
        pages.checked(None, given)
        language = "".join(given.get("language", ()))
        say = pages.words_for(None, language)
        try:
            if given.get("agree") != ["yes"]:
                raise CaseError("no consent")
            name = pages.sessions.begin(say.language, "".join(given.get("basis", ())))
        except CaseError:
            return pages.page("consent", say, None, 400, faults=(say("consent_needed"),))
        response = _to("/questions")
        response.set_cookie(COOKIE, name, httponly=True, samesite="strict")
        return response

    @app.post("/erase", response_class=HTMLResponse, responses=_SHOWN, openapi_extra=_form())
    async def erase(request: Request, intake: SessionId = None) -> Response:
        """Erase everything now."""
        session = pages.sessions.find(intake)
        if session is None:
            return _to("/")
        pages.checked(session, await _given(request))
        say = pages.words_for(session, None)
        pages.sessions.erase(intake)
        response = pages.page("consent", say, None, told=say("erased"))
        response.delete_cookie(COOKIE)
        response.headers["clear-site-data"] = '"cache", "storage"'
        return response

    @app.post(
        "/language", response_class=HTMLResponse, responses=_SHOWN, openapi_extra=_form(language="its code")
    )
    async def language(request: Request, intake: SessionId = None) -> Response:
        """Ask in another language."""
        session = pages.sessions.find(intake)
        if session is None:
            return _to("/")
        given = await _given(request)
        pages.checked(session, given)
        wanted = "".join(given.get("language", ()))
        if wanted in LANGUAGES:
            session.speak(wanted)
        back = "".join(given.get("back", ()))
        return _to(f"/{back}" if back in ("questions", "parts", "documents", "result") else "/questions")


def _asking(app: FastAPI, pages: _Pages) -> None:
    """The questions and their answers."""

    @app.get("/questions", response_class=HTMLResponse, responses=_SHOWN)
    async def questions(intake: SessionId = None) -> Response:
        """The next questions."""
        session = pages.sessions.find(intake)
        if session is None:
            return _to("/")
        waiting = [one for one in session.asked if one.id not in session.skipped]
        safety = [one for one in waiting if one.about == "safety"]
        others = [one for one in waiting if one.about == "case"]
        say = pages.words_for(session, None)
        return pages.page(
            "questions",
            say,
            session,
            safety=safety[:AT_ONCE],
            others=[] if len(safety) > 2 else others[:AT_ONCE],
        )

    @app.post(
        "/answer", response_class=HTMLResponse, responses=_SHOWN,
        openapi_extra=_form(question="id of the question", later="`yes` to leave it out"),
    )  # fmt: skip
    async def answered(request: Request, intake: SessionId = None) -> Response:
        """Answer a question, or leave it out for now."""
        session = pages.sessions.find(intake)
        if session is None:
            return _to("/")
        given = await _given(request)
        pages.checked(session, given)
        name = "".join(given.get("question", ()))
        if "again" in given:
            session.skipped.clear()
            return _to("/questions")
        asked = next((one for one in session.asked if one.id == name), None)
        if asked is None:
            return _to("/questions")
        if "later" in given:
            session.skipped.add(name)
            return _to("/questions")
        _keep(session, pages.words_for(session, None), lambda: _with_answer(session.case, asked, given))
        if not session.faults:
            session.skipped.add(name)  # told in words, or not known: it may stay open for the rules
        return _to("/questions")


def _with_answer(case: Case, asked: Asked, given: Given) -> Case:
    for blank in asked.blanks:
        if blank.kind == "list":
            fields = form.fields_for(blank)
            values = {field.path.partition("|")[2]: form.read(field, given) for field in fields}
            item = form.item_of(values)
            if item:
                case = answer(case, blank.path, item)
            continue
        for field in form.fields_for(blank):
            value = form.read(field, given)
            if value is not None:
                case = answer(case, blank.path, value)
    words = "".join(given.get("own_words", ())).strip()
    return answer(case, "documents", f"{asked.text}\n\n{words}") if words else case


def _keep(session: Session, say: Words, change: Callable[[], Case]) -> bool:
    """Put what was answered into the case, or tell what is wrong with it; gives whether it changed."""
    try:
        case = change()
    except CaseError as error:
        session.faults = tuple(map(str, error.faults))
        return False
    if case == session.case:
        return False
    moved = session.put(case)
    session.told = say("saved") if moved is None else say("moved", before=moved[0], after=moved[1])
    return True


def _parts(app: FastAPI, pages: _Pages) -> None:
    """The case, part by part."""

    @app.get("/parts", response_class=HTMLResponse, responses=_SHOWN)
    async def parts(intake: SessionId = None) -> Response:
        """Every part of the case."""
        session = pages.sessions.find(intake)
        if session is None:
            return _to("/")
        return pages.page("parts", pages.words_for(session, None), session)

    @app.get("/parts/{section}", response_class=HTMLResponse, responses=_SHOWN)
    async def part(section: str, intake: SessionId = None) -> Response:
        """One part of the case, to be filled in."""
        session = pages.sessions.find(intake)
        if session is None:
            return _to("/")
        if section not in form.SECTIONS:
            raise HTTPException(404, "There is no such part.")
        return pages.page("part", pages.words_for(session, None), session, section=section)

    @app.post("/parts/{section}", response_class=HTMLResponse, responses=_SHOWN, openapi_extra=_form())
    async def filled(section: str, request: Request, intake: SessionId = None) -> Response:
        """Fill in a part of the case, or add an item to a list or take one off."""
        session = pages.sessions.find(intake)
        if session is None:
            return _to("/")
        given = await _given(request)
        pages.checked(session, given)
        if section not in form.SECTIONS:
            raise HTTPException(404, "There is no such part.")
        _keep(session, pages.words_for(session, None), lambda: _with_part(session.case, section, given))
        return _to(f"/parts/{section}")


def _with_part(case: Case, section: str, given: Given) -> Case:
    fields = form.fields_of(section)
    if form.is_list(section):
        items = getattr(case, section)
        taken = "".join(given.get("remove", ()))
        if taken.isdecimal():
            return answer(case, section, [one for place, one in enumerate(items) if str(place) != taken])
        item = form.item_of({field.path: form.read(field, given) for field in fields})
        return answer(case, section, item) if item else case
    for field in fields:
        value, before = form.read(field, given), form.shown(case, field.path)
        if value != before and (value or before) not in (None, [], ""):
            case = answer(case, field.path, value)
    return case


def _papers(app: FastAPI, pages: _Pages) -> None:
    """The documents."""

    @app.get("/documents", response_class=HTMLResponse, responses=_SHOWN)
    async def documents(intake: SessionId = None) -> Response:
        """What was added, how it was read, and a form to add more."""
        session = pages.sessions.find(intake)
        if session is None:
            return _to("/")
        kinds = DocumentNote.model_json_schema()["properties"]["kind"]["enum"]
        return pages.page(
            "documents", pages.words_for(session, None), session, kinds=kinds, formats=FORMATS,
            size=LARGEST_UPLOAD // 1_000_000,
        )  # fmt: skip

    @app.post("/documents", response_class=HTMLResponse, responses=_SHOWN, openapi_extra=_upload())
    async def added(request: Request, intake: SessionId = None) -> Response:
        """Add a document, read in memory."""
        session = pages.sessions.find(intake)
        if session is None:
            return _to("/")
        try:
            async with request.form(max_files=1, max_fields=20, max_part_size=10_000) as fields:
                given = {name: [value] for name, value in fields.multi_items() if isinstance(value, str)}
                file = fields.get("file")
                content = await file.read() if isinstance(file, UploadFile) else b""
                name = (file.filename or "") if isinstance(file, UploadFile) else ""
        except (MultiPartException, HTTPException, ValueError):
            raise HTTPException(400, "This form cannot be read.") from None
        pages.checked(session, given)
        if name:
            _keep(
                session, pages.words_for(session, None),
                lambda: _with_papers(session.case, name[-120:], content, given),
            )  # fmt: skip
        return _to("/documents")

    @app.post(
        "/documents/remove",
        response_class=HTMLResponse,
        responses=_SHOWN,
        openapi_extra=_form(number="its place"),
    )
    async def removed(request: Request, intake: SessionId = None) -> Response:
        """Take a document off."""
        session = pages.sessions.find(intake)
        if session is None:
            return _to("/")
        given = await _given(request)
        pages.checked(session, given)
        place = "".join(given.get("number", ()))
        case = session.case
        kept = [one for number, one in enumerate(case.documents) if str(number) != place]
        _keep(session, pages.words_for(session, None), lambda: answer(case, "documents", kept))
        return _to("/documents")


def _with_papers(case: Case, name: str, content: bytes, given: Given) -> Case:
    if len(content) > LARGEST_UPLOAD:
        raise CaseError("the file is too large")
    stated: dict[str, Any] = {
        key: value
        for key, value in (("kind", "".join(given.get("kind", ()))), ("date", "".join(given.get("date", ()))))
        if value.strip()
    }
    if given.get("privileged") == ["yes"]:
        stated["privileged"] = True
    taken = {note.id for note in case.documents}
    for paper in papers_in(name, content):
        if len(case.documents) >= MOST_DOCUMENTS:
            raise CaseError(f"at most {MOST_DOCUMENTS} documents can be added")
        own, number = paper.name, 1
        while own in taken:
            number += 1
            own = f"{paper.name} ({number})"
        taken.add(own)
        told = paper.note().model_dump(exclude_unset=True, exclude={"file"})
        case = answer(case, "documents", {**told, **stated, "id": own})
    return case


def _reports(app: FastAPI, pages: _Pages) -> None:
    """What was found, on a page and to take along."""

    @app.get("/result", response_class=HTMLResponse, responses=_SHOWN)
    async def result(intake: SessionId = None) -> Response:
        """What was found, for and against."""
        session = pages.sessions.find(intake)
        if session is None:
            return _to("/")
        return pages.page("result", pages.words_for(session, None), session, reports=list(REPORTS))

    @app.get(
        "/report/{form_name}", response_class=Response,
        responses=_FILES,
    )  # fmt: skip
    async def report(form_name: str, intake: SessionId = None) -> Response:
        """The report in one form, or the case, as a file."""
        session = pages.sessions.find(intake)
        if session is None:
            return _to("/")
        if form_name not in REPORTS:
            raise HTTPException(404, "There is no such report.")
        written = session.language if session.language in report_languages() else "en"
        content: str | bytes
        if form_name == "case":
            content = session.case.model_dump_json(indent=1, exclude_defaults=True)
        elif form_name == "docx":
            content = render(session.assessment, "docx", language=written)
        elif form_name == "json":
            content = render(session.assessment, "json")
        elif form_name == "md":
            content = render(session.assessment, "md", language=written)
        else:
            content = render(session.assessment, "html", language=written)
        name = "case.json" if form_name == "case" else f"report.{form_name}"
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        return Response(content, media_type=REPORTS[form_name], headers=headers)
