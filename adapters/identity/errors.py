"""Why nobody was let in; what is said never tells whether an account exists."""

from __future__ import annotations

from engine.errors import BangVangError
from engine.text import Text


class IdentityError(BangVangError):
    """Somebody could not be recognised, or did not ask from our own pages.

    Attributes:
        code: stable snake_case name.
        text: the reason in both languages.
    """

    code = "identity"

    def __init__(self, text: Text) -> None:
        """Keep the reason in both languages."""
        super().__init__(text.vi)
        self.text = text


class NotLoggedIn(IdentityError):
    """The request names no session and no token that is still good."""

    code = "not_logged_in"

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            Text(
                "Bạn chưa đăng nhập hoặc phiên đã hết hạn.", "Log in; your session may have ended."
            )
        )


class LoginFailed(IdentityError):
    """Name and password do not belong together: the same words for every cause."""

    code = "login_failed"

    def __init__(self) -> None:
        """Say the one sentence that fits every cause."""
        super().__init__(
            Text("Tên đăng nhập hoặc mật khẩu không đúng.", "Login name or password is wrong.")
        )


class LoginThrottled(IdentityError):
    """Too many attempts failed lately; it passes by itself.

    Attributes:
        retry_after: whole seconds to wait.
    """

    code = "login_throttled"

    def __init__(self, retry_after: int) -> None:
        """Say how long to wait."""
        super().__init__(
            Text(
                f"Đăng nhập sai nhiều lần. Hãy thử lại sau {retry_after} giây.",
                f"Too many failed attempts. Try again in {retry_after} seconds.",
            )
        )
        self.retry_after = retry_after


class CrossSiteRequest(IdentityError):
    """A change was asked for by a page that is not ours."""

    code = "cross_site_request"

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            Text(
                "Yêu cầu không xuất phát từ trang của hệ thống. Hãy mở lại trang và thử lại.",
                "The request did not come from our own pages. Open the page again and retry.",
            )
        )
