"""The Chromium that the browser tests drive: where it is, and what its absence means."""

import os
import shutil

import pytest

FLAGS = (
    "--no-sandbox",  # as root, as on a machine for continuous integration, there is none
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def chromium() -> str:
    """Return the path of the installed Chromium.

    Without one the test that asks is skipped; under `CI=true` it fails, since a suite that silently
    leaves its browser tests out proves nothing.
    """
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    reason = "no Chromium is installed (Debian: apt-get install chromium)"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
