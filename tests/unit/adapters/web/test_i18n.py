"""The pages' catalogue: whole in both languages, and no larger than its use."""

import re
import string
from pathlib import Path

import pytest

from adapters.web.i18n import say
from adapters.web.vocabulary import WORDS

WEB = Path(__file__).resolve().parents[4] / "adapters" / "web"
SOURCES = (*WEB.glob("templates/**/*.html"), *WEB.glob("pages/*.py"), WEB / "forms.py")
# Keys that are put together at run time begin like this.
COMPOSED = (
    "portal_",
    "letter_",
    "clock_",
    "status_",
    "severity_",
    "standing_",
    "sort_",
    "policy_",
    "weekday_",
    "problem_",
    "figure_",
    "bulk_is_",
    "submissions_",
    "session_how_",
    "capacity_",
    "link_",
    "tally_",
)


def _written() -> str:
    return "\n".join(path.read_text() for path in SOURCES)


@pytest.mark.parametrize("key", WORDS)
def test_every_key_says_something_in_both_languages(key: str) -> None:
    words = WORDS[key]

    assert words.vi.strip()
    assert words.en.strip()


@pytest.mark.parametrize("key", WORDS)
def test_both_languages_of_a_key_name_the_same_facts(key: str) -> None:
    def facts(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}

    assert facts(WORDS[key].vi) == facts(WORDS[key].en)


def test_every_key_is_used() -> None:
    written = _written()

    unused = [k for k in WORDS if f'"{k}"' not in written and f"'{k}'" not in written]

    assert [k for k in unused if not k.startswith(COMPOSED)] == []


def test_every_key_that_is_used_exists() -> None:
    used = set(re.findall(r"""\bsay\(["']([a-z_0-9]+)["']\s*[,)]""", _written()))

    assert used
    assert used - set(WORDS) == set()


def test_every_start_of_a_composed_key_leads_to_keys() -> None:
    starts = set(re.findall(r"""\bsay\(["']([a-z_]+_)["'] ~""", _written()))

    assert starts
    assert starts == {s for s in COMPOSED if any(k.startswith(s) for k in WORDS)}


def test_facts_are_put_into_the_sentence() -> None:
    assert say("verified_ok", "en", count="3").startswith("Intact: 3 events")
