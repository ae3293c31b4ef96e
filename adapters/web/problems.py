"""Every error as a problem document (RFC 9457), by the one table that knows status codes."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from adapters.identity import errors as identity
from adapters.services import errors as services
from adapters.web.headers import HEADERS
from engine import errors as engine
from engine.runtime import StateChanged
from engine.text import Text

PROBLEM = "application/problem+json"
_log = logging.getLogger("bangvang.web")


class Problem(BaseModel):
    """What went wrong, by which rule, and what would help."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(description="`urn:bangvang:problem:` and the code")
    title: str
    status: int
    detail: str = Field(description="the reason, in the caller's language")
    code: str = Field(description="stable snake_case name of the kind of problem")
    facts: dict[str, Any] = Field(description="what the reason rests on")


# status and title by class; a class that is not listed is looked up by its bases.
TABLE: Mapping[type[Exception], tuple[int, Text]] = {
    identity.NotLoggedIn: (401, Text("Chưa đăng nhập", "Not logged in")),
    identity.LoginFailed: (401, Text("Không đăng nhập được", "Login failed")),
    identity.LoginThrottled: (429, Text("Hãy chờ", "Wait")),
    identity.CrossSiteRequest: (403, Text("Yêu cầu từ trang lạ", "Request from a foreign page")),
    services.Unknown: (404, Text("Không tìm thấy", "Not found")),
    engine.DossierUnknown: (404, Text("Không tìm thấy", "Not found")),
    engine.NotEntitled: (403, Text("Không có quyền", "Not entitled")),
    engine.DutiesNotSeparate: (403, Text("Phải do người khác làm", "Duties are separate")),
    services.SecondPersonNeeded: (403, Text("Phải do người khác làm", "A second person is needed")),
    engine.TriggerNotAllowed: (409, Text("Không thực hiện được lúc này", "Not possible now")),
    engine.DossierOnHold: (409, Text("Hồ sơ đang tạm dừng", "The dossier is on hold")),
    engine.PulledTooOften: (409, Text("Đã thực hiện đủ số lần", "Done as often as allowed")),
    engine.HoldNotOpen: (409, Text("Không có lần tạm dừng đó", "No such hold")),
    engine.SubmissionClosed: (409, Text("Hồ sơ trình đã khóa", "The submission is closed")),
    engine.NoEditionInForce: (409, Text("Không có phiên bản hiệu lực", "No edition in force")),
    services.TaskTaken: (409, Text("Việc đã có người nhận", "The task is taken")),
    services.NotPublishable: (422, Text("Chưa ban hành được", "Cannot be published")),
    engine.Refusal: (422, Text("Không được chấp nhận", "Refused")),
    engine.VersionConflict: (409, Text("Hồ sơ đã thay đổi", "The dossier has changed")),
    engine.KeyReused: (422, Text("Khóa chống lặp dùng lại", "Idempotency key reused")),
    StateChanged: (412, Text("Hồ sơ đã thay đổi", "The dossier has changed")),
    services.DraftSubmitted: (409, Text("Hồ sơ đã được nộp", "Already submitted")),
    services.DraftChanged: (409, Text("Bản nháp đã thay đổi", "The draft has changed")),
    services.FileTooLarge: (413, Text("Tệp quá lớn", "The file is too large")),
    services.DatabaseBusy: (503, Text("Hệ thống đang bận", "Busy")),
    services.CommitUnknown: (503, Text("Chưa rõ kết quả", "Outcome unknown")),
    services.LetterError: (422, Text("Chưa lập được văn bản", "The letter cannot be set")),
    engine.Conflict: (409, Text("Có người vừa thay đổi", "Somebody was first")),
}

_CODES: Mapping[type[Exception], str] = {
    engine.DossierUnknown: "unknown",
    engine.VersionConflict: "version_conflict",
    StateChanged: "state_changed",
    services.DraftSubmitted: "draft_submitted",
    services.DraftChanged: "draft_changed",
    services.FileTooLarge: "too_large",
    services.DatabaseBusy: "busy",
    services.CommitUnknown: "commit_unknown",
    services.LetterError: "letter_not_set",
    engine.KeyReused: "idempotency_key_reused",
    engine.Conflict: "conflict",
}
_TEXTS: Mapping[type[Exception], Text] = {
    engine.DossierUnknown: services.Unknown(services.DOSSIER).text,
    engine.VersionConflict: Text(
        "Hồ sơ đã được thay đổi sau khi bạn mở. Hãy tải lại và làm lại.",
        "The dossier has changed since you opened it. Load it again and redo this.",
    ),
    StateChanged: Text(
        "Hồ sơ đã được thay đổi sau khi bạn mở. Hãy xem lại rồi thực hiện lại.",
        "The dossier is not as you saw it. Look again, then redo this.",
    ),
    services.DraftSubmitted: Text(
        "Hồ sơ đã được nộp nên không còn là bản nháp.",
        "The dossier has been submitted and is no draft any more.",
    ),
    services.DraftChanged: Text(
        "Bản nháp đã được người khác lưu. Hãy tải lại trước khi sửa tiếp.",
        "Somebody else has saved the draft. Load it again before you go on.",
    ),
    services.FileTooLarge: Text("Tệp lớn hơn 20 MiB.", "The file is larger than 20 MiB."),
    services.DatabaseBusy: Text(
        "Hệ thống đang bận; chưa ghi gì. Hãy thử lại sau giây lát.",
        "Busy; nothing was written. Try again in a moment.",
    ),
    services.CommitUnknown: Text(
        "Mất kết nối khi ghi: chưa rõ đã ghi hay chưa. Hãy gửi lại với cùng khóa chống lặp.",
        "The connection broke while writing. Send it again under the same idempotency key.",
    ),
    services.LetterError: Text(
        "Dữ liệu của hồ sơ chưa đủ để lập văn bản này.",
        "The dossier does not hold enough to set this letter.",
    ),
    engine.KeyReused: Text(
        "Khóa chống lặp này đã được dùng cho một yêu cầu khác.",
        "This idempotency key was used for a different request.",
    ),
    engine.Conflict: Text(
        "Có người vừa thay đổi dữ liệu này. Hãy thử lại.",
        "Somebody has just changed this. Try again.",
    ),
}
_HTTP = {
    400: ("bad_request", Text("Yêu cầu không đọc được.", "The request cannot be read.")),
    404: ("unknown", Text("Không có địa chỉ này.", "There is no such address.")),
    405: ("method_not_allowed", Text("Địa chỉ này không nhận lệnh đó.", "Not done here.")),
    413: ("too_large", Text("Nội dung gửi lên quá lớn.", "The body is too large.")),
    415: ("wrong_media_type", Text("Kiểu nội dung không nhận.", "This media type is not taken.")),
}
_TITLE = Text("Yêu cầu không hợp lệ", "Invalid request")
_FAILED = Text(
    "Hệ thống gặp sự cố; không có gì bị thay đổi ngoài những gì đã được trả lời.",
    "Something failed here; nothing was changed beyond what has been answered.",
)


def language(request: Request) -> str:
    """Return the caller's language: the query's `lang`, the account's, else the browser's."""
    asked = request.query_params.get("lang")
    if asked in ("vi", "en"):
        return asked
    who = getattr(request.state, "who", None)
    if who is not None:
        return str(who.lang)
    first = request.headers.get("accept-language", "").split(",", 1)[0].strip().lower()
    return "en" if first.startswith("en") else "vi"


def problem(
    status: int,
    code: str,
    title: str,
    detail: str,
    facts: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a problem document."""
    body = {
        "type": f"urn:bangvang:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "facts": plain(facts or {}),
    }
    return JSONResponse(body, status, headers=dict(headers or {}), media_type=PROBLEM)


def told(error: Exception, lang: str, *, conditional: bool = False) -> tuple[int, str, str, str]:
    """Return (status, code, title, detail) of an error of the table.

    Args:
        conditional: the request named a version (`If-Match`), so that a conflict is a 412.
    """
    kind = next(k for k in type(error).__mro__ if k in TABLE)
    status, title = TABLE[kind]
    if conditional and isinstance(error, engine.VersionConflict):
        status = 412
    code = _CODES.get(kind) or str(getattr(error, "code", "refused"))
    own: Text = getattr(error, "text", title)
    text = _TEXTS.get(kind, own)
    return status, code, title.in_(lang), text.in_(lang)


def plain(value: object) -> Any:
    """Return facts as JSON can carry them."""
    match value:
        case None | bool() | int() | str():
            return value
        case datetime() | date():
            return value.isoformat()
        case Mapping():
            return {str(key): plain(one) for key, one in value.items()}
        case Text():
            return {"vi": value.vi, "en": value.en}
        case set() | frozenset():
            return sorted(plain(one) for one in value)
        case list() | tuple():
            return [plain(one) for one in value]
        case _:
            return str(value)


def install(app: FastAPI) -> None:
    """Answer every error of this product with a problem document."""
    for kind in TABLE:
        app.add_exception_handler(kind, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def _known(request: Request, error: Exception) -> Response:
    lang = language(request)
    status, code, title, detail = told(error, lang, conditional="if-match" in request.headers)
    headers: dict[str, str] = {}
    if isinstance(error, identity.LoginThrottled):
        headers["Retry-After"] = str(error.retry_after)
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    facts = getattr(error, "facts", {})
    if isinstance(error, StateChanged):
        facts = {"etag": error.etag, "now": error.last}
        headers["ETag"] = f'"{error.etag}"'
    return problem(status, code, title, detail, facts, headers)


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    lang = language(request)
    # Only where and what: the input itself may be personal, and is known to the caller.
    faults = [
        {"path": ".".join(str(part) for part in one["loc"]), "message": str(one["msg"])}
        for one in error.errors()[:50]
    ]
    detail = Text("Yêu cầu có chỗ không hợp lệ: ", "The request is invalid at: ").in_(lang)
    where = ", ".join(dict.fromkeys(fault["path"] for fault in faults))
    return problem(
        422, "invalid_request", _TITLE.in_(lang), printable(detail + where), {"faults": faults}
    )


def printable(text: str) -> str:
    """Return text that can be encoded, whatever a caller put into it."""
    return text.encode(errors="replace").decode()


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    lang = language(request)
    code, text = _HTTP.get(error.status_code, ("refused", _TITLE))
    return problem(
        error.status_code, code, text.in_(lang), text.in_(lang), headers=error.headers or {}
    )


def _unexpected(request: Request, error: Exception) -> Response:
    _log.error("unexpected error at %s", request.url.path, exc_info=error)
    lang = language(request)
    title = Text("Sự cố hệ thống", "Internal failure").in_(lang)
    # This answer is given outside of everything that adds headers.
    return problem(500, "internal_failure", title, _FAILED.in_(lang), headers=HEADERS)
