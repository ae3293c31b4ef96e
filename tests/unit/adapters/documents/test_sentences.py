"""A sentence sees values and can do nothing with them, however its author tries."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from adapters.documents.errors import (
    SentenceError,
    SentenceForbidden,
    SentenceInvalid,
    SentenceTooCostly,
    SentenceUndefined,
)
from adapters.documents.sentences import SentenceRenderer

DATA: dict[str, Any] = {
    "name": "Nguyễn Thị Ngưỡng",
    "count": 3,
    "day": "2025-02-04",
    "moment": "2025-08-20T01:05:00+00:00",
    "list": ["a", "b"],
    "group": {"items": "một", "inner": {"x": "y"}},
    "many": list(range(1000)),
}


@pytest.fixture(scope="module")
def renderer() -> Iterator[SentenceRenderer]:
    made = SentenceRenderer()
    yield made
    made.close()


def rendered(renderer: SentenceRenderer, source: str, lang: str = "vi") -> str:
    text: str = renderer.render({"it": source}, DATA, lang)["it"]
    return text


@pytest.mark.parametrize(
    ("source", "vi", "en"),
    [
        ("{{ name }}", "Nguyễn Thị Ngưỡng", "Nguyễn Thị Ngưỡng"),
        ("{{ name | upper }}", "NGUYỄN THỊ NGƯỠNG", "NGUYỄN THỊ NGƯỠNG"),
        ("{{ day | long_date }}", "ngày 04 tháng 02 năm 2025", "4 February 2025"),
        ("{{ '2025-12-31' | long_date }}", "ngày 31 tháng 12 năm 2025", "31 December 2025"),
        ("{{ '2025-03-09' | long_date }}", "ngày 09 tháng 3 năm 2025", "9 March 2025"),
        ("{{ day | day }}", "04/02/2025", "04/02/2025"),
        ("{{ moment | day }}", "20/08/2025", "20/08/2025"),
        ("{{ moment | clock_time }}", "08 giờ 05", "08:05"),
        ("{{ '2025-08-20T23:30' | clock_time }}", "23 giờ 30", "23:30"),
        ("{{ count | padded }}/{{ 1250 | padded }}", "03/1.250", "03/1.250"),
        ("{{ list | join(', ') }} {{ list | length }}", "a, b 2", "a, b 2"),
        ("{% for x in list %}{{ loop.index }}{{ x }}{% endfor %}", "1a2b", "1a2b"),
        ("{{ group.items }} {{ group['inner'].x }} {{ list[1] }}", "một y b", "một y b"),
        ("{% if gone is defined %}no{% else %}yes{% endif %}", "yes", "yes"),
        ("{% if group.gone is undefined %}yes{% endif %}", "yes", "yes"),
        ("{% if moment is instant %}yes{% endif %}", "yes", "yes"),
        ("{% if name == 'x' %}no{% else %}yes{% endif %}", "yes", "yes"),
        ("{{ 'x' | capital }}{{ 'Y' | lowered }} {{ count + 1 }}", "Xy 4", "Xy 4"),
        ("{{ 'Hết' | ended }} {{ 'Hết.' | ended }}", "Hết. Hết.", "Hết. Hết."),
        ("  a   b \n c ", "a b \n c", "a b \n c"),
    ],
)
def test_a_sentence_reads_values_and_writes_dates_as_offices_do(
    renderer: SentenceRenderer, source: str, vi: str, en: str
) -> None:
    assert rendered(renderer, source, "vi") == vi
    assert rendered(renderer, source, "en") == en


def test_a_list_of_sentences_keeps_those_that_say_something(renderer: SentenceRenderer) -> None:
    templates = {"all": ["một", "{% if gone is defined %}hai{% endif %}", "ba"]}

    assert renderer.render(templates, DATA, "vi") == {"all": ["một", "ba"]}


def test_data_are_never_read_as_a_template(renderer: SentenceRenderer) -> None:
    data = {"name": "{{ 7*7 }}{% for %}"}

    assert renderer.render({"it": "{{ name }}"}, data, "vi") == {"it": "{{ 7*7 }}{% for %}"}


@pytest.mark.parametrize(
    "attack",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ name['__class__'] }}",
        "{{ list.append('x') }}",
        "{{ group.items() }}",
        "{{ 'a'.ljust(10**9) }}",
        "{{ name.format(name) }}",
        "{{ 'a' * 1000000000 }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ 1 // 3 }}{{ 1 / 3 }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% macro m() %}x{% endmacro %}{% call m() %}y{% endcall %}",
        "{{ self.__init__ }}",
        "{{ loop }}",
        "{{ group }}",
        "{{ list }}",
        "{% for x in list %}{{ loop.cycle('a') }}{% endfor %}",
        "{% for x in list %}{{ loop }}{% endfor %}",
        "{{ name.delete() }}",
        "{{ 1.5 }}",
        "{{ true }}",
    ],
)
def test_what_a_sentence_may_not_do_is_refused(renderer: SentenceRenderer, attack: str) -> None:
    with pytest.raises((SentenceForbidden, SentenceUndefined)) as caught:
        rendered(renderer, attack)

    assert caught.value.sentence == "it"
    assert caught.value.problem


@pytest.mark.parametrize(
    "attack",
    [
        "{{ name | attr('__class__') }}",
        "{{ 'x' | center(1000000000) }}",
        "{{ name | format }}",
        "{% include 'x' %}",
        "{% import 'os' as os %}",
        "{% extends 'x' %}",
        "{{ name",
        "{% if name is callable %}{% endif %}",
        "{{ name | long_date }}",
        "{{ count | upper | padded }}",
        "{{ name | join }}{{ count | join }}",
        "{% if %}",
    ],
)
def test_what_is_no_sentence_at_all_is_refused(renderer: SentenceRenderer, attack: str) -> None:
    with pytest.raises(SentenceInvalid):
        rendered(renderer, attack)


@pytest.mark.parametrize("name", ["range", "namespace", "dict", "cycler", "lipsum", "joiner"])
def test_sentences_have_no_functions_of_their_own(renderer: SentenceRenderer, name: str) -> None:
    with pytest.raises(SentenceUndefined, match=name):
        rendered(renderer, f"{{{{ {name} }}}}")


def test_a_missing_value_is_named(renderer: SentenceRenderer) -> None:
    with pytest.raises(SentenceUndefined, match="gone"):
        rendered(renderer, "{{ group.gone }}")
    with pytest.raises(SentenceUndefined, match="gone"):
        rendered(renderer, "{{ gone.further }}")
    with pytest.raises(SentenceUndefined):
        rendered(renderer, "{{ list[7] }}")


LOOPS = "".join(f"{{% for {name} in many %}}" for name in "abcd")
ENDS = "{% endfor %}" * 4


@pytest.mark.parametrize(
    ("attack", "cap"),
    [
        pytest.param(
            f"{LOOPS}{{% if a == 'x' %}}{{% endif %}}{ENDS}", "more time or memory", id="time"
        ),
        pytest.param(f"{LOOPS}{{{{ name }}}}{ENDS}", "longer than 20000", id="length"),
        pytest.param(
            "{% set a = name ~ name ~ name ~ name ~ name ~ name ~ name ~ name %}"
            + "".join(
                f"{{% set {after} = {' ~ '.join([before] * 10)} %}}"
                for before, after in zip("abcdefghi", "bcdefghij", strict=True)
            ),
            "MiB of memory",
            id="memory",
        ),
        pytest.param("{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}", "nested", id="depth"),
    ],
)
def test_a_sentence_over_its_cap_ends_in_an_error_and_the_next_one_is_rendered(
    renderer: SentenceRenderer, attack: str, cap: str
) -> None:
    with pytest.raises(SentenceTooCostly, match=cap):
        rendered(renderer, attack)

    assert rendered(renderer, "{{ name }}") == "Nguyễn Thị Ngưỡng"


def test_a_sentence_that_does_not_end_is_killed_when_its_wall_time_is_over() -> None:
    impatient = SentenceRenderer(seconds=0.0)

    with pytest.raises(SentenceTooCostly, match="more time"):
        rendered(impatient, f"{LOOPS}{{% if a == 'x' %}}{{% endif %}}{ENDS}")
    impatient.close()


def test_a_child_that_died_while_it_waited_is_noticed() -> None:
    renderer = SentenceRenderer()
    rendered(renderer, "warm")
    (child,) = renderer._idle
    child._process.kill()
    child._process.wait()

    with pytest.raises(SentenceTooCostly):
        rendered(renderer, "{{ name }}")
    assert rendered(renderer, "{{ name }}") == "Nguyễn Thị Ngưỡng"
    renderer.close()


def test_several_threads_render_at_once_and_each_gets_its_own_answer(
    renderer: SentenceRenderer,
) -> None:
    start = threading.Barrier(6)

    def one(number: int) -> str:
        start.wait()
        text: str = renderer.render({"it": "{{ n }}"}, {"n": number}, "vi")["it"]
        return text

    with ThreadPoolExecutor(6) as pool:
        texts = list(pool.map(one, range(6)))

    assert texts == ["0", "1", "2", "3", "4", "5"]
    assert len(renderer._idle) <= 2


def test_an_error_names_the_file_when_there_is_one(renderer: SentenceRenderer) -> None:
    with pytest.raises(SentenceError, match=r"^sentences\.vi\.yaml: title: "):
        renderer.render({"title": "{{ x }}"}, {}, "vi", file="sentences.vi.yaml")
