"""Letters come out as offices write them, in both languages, and what users typed stays text."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Mapping
from typing import Any

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.documents.errors import (
    LayoutFailed,
    LetterDataInvalid,
    LetterDataMissing,
    LetterError,
    LetterFilesInvalid,
    SentenceForbidden,
    SentenceTooCostly,
    SentenceUndefined,
    UnknownLetter,
)
from adapters.documents.files import letter_keys, sample_of
from adapters.documents.fonts import FAMILY
from adapters.documents.render import Rendered, letter_bytes, letter_hash, render_letter

LETTERS = ("decision", "notice", "receipt", "refusal", "supplement")
FORMS = {"apology", "control_slip", "receipt", "refusal", "register_book", "stop", "supplement"}
BOARD = "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh"
EVERY_LETTER = (
    "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
)


def pages_of(letter: Rendered) -> list[str]:
    """The text of each page, with white space made even: a line break is not a different word."""
    reader = pypdf.PdfReader(io.BytesIO(letter.pdf))
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def text_of(letter: Rendered) -> str:
    return " ".join(pages_of(letter))


def fonts_of(letter: Rendered) -> set[str]:
    reader = pypdf.PdfReader(io.BytesIO(letter.pdf))
    names = (
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"].get_object()["/Font"].values()  # type: ignore[index]
    )
    return {name.split("+", 1)[1] for name in names}


def changed(key: str, **groups: Any) -> dict[str, Any]:
    """The sample of a letter with some groups replaced or, where both are mappings, extended."""
    data = sample_of(key)
    for name, value in groups.items():
        both = isinstance(value, Mapping) and isinstance(data.get(name), Mapping)
        data[name] = {**data[name], **value} if both else value
    return data


def with_sentence(key: str, name: str, source: str) -> dict[str, bytes]:
    """The files of a letter whose sentence `name` was replaced by an author who means harm."""
    files = dict(letter_bytes(key))
    lines = files["sentences.vi.yaml"].decode()
    kept = re.sub(rf"(?ms)^{name}:.*?(?=^\S)", "", lines)
    indented = source.replace("\n", "\n  ")
    files["sentences.vi.yaml"] = f"{kept}\n{name}: |-\n  {indented}\n".encode()
    return files


def test_the_catalogue_holds_the_one_stop_forms_and_what_goes_with_a_decision() -> None:
    letters = {"proposal", "council_minutes", "decision", "notice", "process"}

    assert set(letter_keys()) >= FORMS | letters


@pytest.mark.parametrize("key", letter_keys())
@pytest.mark.parametrize(
    ("lang", "motto"),
    [
        ("vi", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc"),
        ("en", "SOCIALIST REPUBLIC OF VIET NAM Independence - Freedom - Happiness"),
    ],
)
def test_every_letter_comes_out_in_both_languages(key: str, lang: str, motto: str) -> None:
    letter = render_letter(key, sample_of(key), lang=lang)

    assert letter.pdf.startswith(b"%PDF-")
    assert letter.sha256 == hashlib.sha256(letter.pdf).hexdigest()
    assert letter.pages == len(pages_of(letter))
    assert motto in text_of(letter)


@pytest.mark.parametrize(
    ("key", "sentences"),
    [
        (
            "receipt",
            [
                "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
                "Số: 417/TNHS",
                "Mã hồ sơ: H27.15-250820-0007",
                "Tiếp nhận hồ sơ của: Nguyễn Phước Quý Thị Ngọc Huyền, Sở Giáo dục và Đào tạo",
                "Báo cáo thành tích của tập thể, cá nhân (Mẫu số 05) 3 Bản chính",
                "Số lượng hồ sơ: 01 (bộ)",
                "Thời gian giải quyết hồ sơ theo quy định: 25 ngày làm việc",
                "Thời gian nhận hồ sơ: 08 giờ 05, ngày 20 tháng 8 năm 2025",
                "Thời gian trả kết quả giải quyết hồ sơ: ngày 26 tháng 9 năm 2025",
            ],
        ),
        (
            "supplement",
            [
                "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ",
                "1. Bổ sung chữ ký và dấu của Thủ trưởng đơn vị trên Báo cáo thành tích",
                "2. Bổ sung kết quả bỏ phiếu kín của Hội đồng Thi đua - Khen thưởng",
                "Lý do: Thành phần hồ sơ chưa đủ theo quy định tại Điều 84",
                "Đề nghị bổ sung trước hoặc trong ngày 10 tháng 9 năm 2025.",
            ],
        ),
        (
            "refusal",
            [
                "PHIẾU TỪ CHỐI TIẾP NHẬN, GIẢI QUYẾT HỒ SƠ",
                "thông báo không tiếp nhận, giải quyết hồ sơ này với lý do cụ thể như sau:",
                "Hồ sơ không thuộc thẩm quyền tiếp nhận của Trung tâm",
            ],
        ),
        (
            "decision",
            [
                "ỦY BAN NHÂN DÂN TỈNH HÀ TĨNH",
                "Số: 1250/QĐ-UBND",
                "Hà Tĩnh, ngày 04 tháng 9 năm 2025",
                "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH",
                "Căn cứ Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022;",
                f"Điều 1. Tặng {BOARD} cho 03 tập thể, cá nhân có tên trong danh sách",
                "chịu trách nhiệm thi hành Quyết định này./.",
                "KT. CHỦ TỊCH PHÓ CHỦ TỊCH",
                "Nguyễn Thị Ngưỡng",
                "(Kèm theo Quyết định số 1250/QĐ-UBND ngày 04 tháng 9 năm 2025 của Chủ tịch Ủy ban",
                "2 Nguyễn Phước Quý Thị Ngọc Huyền 1984",
            ],
        ),
        (
            "notice",
            [
                "THÔNG BÁO Về việc không khen thưởng",
                "Kính gửi: Nguyễn Phước Quý Thị Ngọc Huyền, Sở Giáo dục và Đào tạo.",
                f"cấp có thẩm quyền không tặng {BOARD} cho:",
                "Lý do: Báo cáo thành tích chưa chứng minh hai năm liên tục hoàn thành xuất sắc",
            ],
        ),
    ],
)
def test_a_letter_says_what_its_form_asks_for(key: str, sentences: list[str]) -> None:
    text = text_of(render_letter(key, sample_of(key)))

    assert [sentence for sentence in sentences if sentence not in text] == []


def test_a_notice_of_an_award_names_the_decision() -> None:
    decision = {
        "number": "1250/QĐ-UBND",
        "signed_on": "2025-02-04",
        "authority": "Chủ tịch Ủy ban nhân dân tỉnh",
    }

    text = text_of(render_letter("notice", changed("notice", result="award", decision=decision)))

    assert "Kết quả xét khen thưởng" in text
    assert (
        "Tại Quyết định số 1250/QĐ-UBND ngày 04 tháng 02 năm 2025, Chủ tịch Ủy ban nhân dân tỉnh "
        f"đã quyết định tặng {BOARD} cho:"
    ) in text


def test_a_decision_on_one_person_names_the_person_and_has_no_list() -> None:
    data = changed("decision")
    data["subjects"] = data["subjects"][1:2]

    letter = render_letter("decision", data)

    assert letter.pages == 1
    assert (
        f"Điều 1. Tặng {BOARD} cho Nguyễn Phước Quý Thị Ngọc Huyền, sinh năm 1984, Giáo viên"
    ) in text_of(letter)


def test_a_decision_with_several_awards_says_in_its_list_who_receives_which() -> None:
    data = changed("decision")
    data["subjects"][0]["award_label"] = "Cờ thi đua của Ủy ban nhân dân tỉnh"

    text = text_of(render_letter("decision", data))

    assert "I. Cờ thi đua của Ủy ban nhân dân tỉnh 1 Trường" in text
    assert "Cộng 7.020.000 II. Bằng khen" in text
    assert "Tổng cộng 14.040.000" in text


def test_a_title_is_conferred_with_the_verb_that_the_decision_gives() -> None:
    data = changed("decision", decision={"verb": "công nhận danh hiệu"})
    del data["decision"]["title"]
    for subject in data["subjects"]:
        subject["award_label"] = "Tập thể lao động xuất sắc"

    text = text_of(render_letter("decision", data))

    assert "Về việc công nhận danh hiệu Tập thể lao động xuất sắc" in text
    assert "Điều 1. Công nhận danh hiệu Tập thể lao động xuất sắc cho 03 tập thể" in text
    assert "ĐƯỢC CÔNG NHẬN DANH HIỆU TẬP THỂ LAO ĐỘNG XUẤT SẮC" in text


def test_a_list_with_many_columns_lies_across_the_page() -> None:
    data = changed("decision")
    data["subjects"][0]["award_label"] = "Cờ thi đua của Ủy ban nhân dân tỉnh"
    data["subjects"][0]["achievement"] = "Dẫn đầu khối thi đua"

    reader = pypdf.PdfReader(io.BytesIO(render_letter("decision", data).pdf))

    sizes = [(round(page.mediabox.width), round(page.mediabox.height)) for page in reader.pages]
    assert sizes == [(595, 842), (842, 595)]


def test_the_forms_of_the_one_stop_unit_are_a5_and_fit_one_page() -> None:
    for key in ("receipt", "supplement", "refusal"):
        letter = render_letter(key, sample_of(key))
        (page,) = pypdf.PdfReader(io.BytesIO(letter.pdf)).pages
        assert (round(page.mediabox.width), round(page.mediabox.height)) == (420, 595)


def test_a_word_longer_than_the_line_is_broken_and_not_cut() -> None:
    data = changed("receipt", submitter={"name": "X" * 120})

    text = text_of(render_letter("receipt", data))

    runs = [len(run) for run in re.findall("XX+", text)]
    assert sum(runs) == 120
    assert len(runs) > 1


@settings(max_examples=25, deadline=None)
@given(st.text(min_size=1, max_size=60))
def test_whatever_is_typed_is_printed_or_refused(typed: str) -> None:
    data = changed("refusal", reason=typed)

    try:
        made: Rendered | LetterError = render_letter("refusal", data)
    except LetterError as error:
        made = error

    assert isinstance(made, Rendered) or str(made)


def many(count: int, **parts: Any) -> list[dict[str, Any]]:
    return [
        {
            "name": f"Lường Thị Phượng {number}",
            "birth_year": 1970,
            "unit": "Trường Trung học phổ thông Lê Hữu Trác, phường Kinh Bắc",
            "award": "merit",
            "award_label": BOARD,
            "bonus": 3_510_000,
            **parts,
        }
        for number in range(1, count + 1)
    ]


@pytest.mark.parametrize("count", [2, 5, 20, 22, 23, 38, 40])
def test_whoever_signs_a_slip_signs_beneath_the_last_names_of_its_list(count: int) -> None:
    letter = render_letter("receipt", changed("receipt", subjects=many(count)))

    text = " ".join(pages := pages_of(letter))
    assert f"Lường Thị Phượng {count} " in pages[-1]
    assert pages[-1].endswith("Lê Thị Mỹ Hạnh")
    assert re.findall(r"(\d+) Lường", text) == [str(number) for number in range(1, count + 1)]


@pytest.mark.parametrize("count", range(10, 25, 2))
def test_the_name_of_an_award_stands_above_its_first_row_and_never_alone(count: int) -> None:
    award = {"award": "flag", "award_label": "Cờ thi đua của Ủy ban nhân dân tỉnh"}
    subjects = [*many(count), *many(3, **award)]
    letter = render_letter("decision", changed("decision", subjects=subjects))

    (page,) = (page for page in pages_of(letter) if "II. Cờ thi đua" in page)
    assert f"II. Cờ thi đua của Ủy ban nhân dân tỉnh {count + 1} Lường" in page


def test_a_list_of_441_names_runs_over_pages_that_repeat_its_head_and_lose_nobody() -> None:
    subjects = [
        {
            "name": f"Nguyễn Thị Ngưỡng {number}",
            "birth_year": 1950 + number % 50,
            "unit": "Trường Trung học phổ thông chuyên",
            "award": "certificate",
            "award_label": BOARD,
            "bonus": 3_510_000,
        }
        for number in range(1, 442)
    ]

    money = {"total": 441 * 3_510_000}
    letter = render_letter("decision", changed("decision", subjects=subjects, bonus=money))
    first, *annex = pages_of(letter)

    assert letter.pages > 10
    assert "cho 441 tập thể, cá nhân" in first
    assert [page for page in annex if "STT Tên tập thể, họ và tên cá nhân" not in page] == []
    assert [page for place, page in enumerate(annex, 2) if not page.startswith(str(place))] == []
    named = re.findall(r"(\d+) Nguyễn Thị Ngưỡng (\d+)", " ".join(annex))
    assert named == [(str(number), str(number)) for number in range(1, 442)]
    assert "Tổng cộng 1.547.910.000 Danh sách này có 441 tập thể, cá nhân" in annex[-1]
    words = "Một tỷ năm trăm bốn mươi bảy triệu chín trăm mười nghìn đồng"
    assert annex[-1].endswith(f"1.547.910.000 đồng (bằng chữ: {words})./.")


@pytest.mark.parametrize("key", LETTERS)
def test_only_our_font_is_in_a_letter(key: str) -> None:
    fonts = fonts_of(render_letter(key, sample_of(key)))

    assert fonts
    assert [name for name in fonts if not name.startswith(FAMILY.replace(" ", ""))] == []


def test_every_vietnamese_letter_is_printed_upright_and_bold_small_and_capital() -> None:
    every = EVERY_LETTER
    data = changed(
        "decision",
        letter={"signer_name": every},
        organisation={"name": every},
        decision={"grounds": [every, every.upper()]},
    )

    letter = render_letter("decision", data)

    text = text_of(letter).replace(" ", "")
    assert text.count(every) == 2
    assert every.upper() in text
    assert fonts_of(letter) == {
        f"LibertinusSerif-{style}-Identity-H"
        for style in ("Regular", "Bold", "Italic", "BoldItalic")
    }


def test_a_character_that_the_font_lacks_is_an_error_that_names_it() -> None:
    data = changed("receipt", submitter={"name": "中村 太郎"})

    with pytest.raises(LayoutFailed, match="中"):
        render_letter("receipt", data)


def test_letters_written_with_combining_marks_come_out_composed() -> None:
    data = changed("receipt", submitter={"name": "Nguye\u0302\u0303n Thi\u0323 Ngu\u031bo\u031bng"})

    assert "Nguyễn Thị Ngương" in text_of(render_letter("receipt", data))


@pytest.mark.parametrize("evil", ["#evil() $x$", "{{ 7*7 }}", '"] #read("/etc/passwd")', "*a* _b_"])
@pytest.mark.parametrize("key", LETTERS)
def test_what_a_user_typed_is_never_read_as_a_program(key: str, evil: str) -> None:
    data = changed(key, organisation={"name": evil}, reason=evil, items=[evil])
    for subject in data.get("subjects", []):
        subject["name"] = evil
    for paper in data.get("documents", []):
        paper["label"] = evil

    text = text_of(render_letter(key, data))

    assert evil in text
    assert "49" not in text.replace("49.", "")


def test_the_same_data_give_the_same_bytes() -> None:
    first = render_letter("decision", sample_of("decision"))
    second = render_letter("decision", sample_of("decision"))

    assert first == second


def test_a_letter_carries_the_date_of_its_issue_and_not_that_of_its_making() -> None:
    letter = render_letter("decision", sample_of("decision"))

    assert b"/CreationDate(D:20250904000000Z)" in letter.pdf


def test_the_frozen_files_of_an_edition_are_used_and_not_those_of_the_catalogue() -> None:
    files = with_sentence("decision", "title", "LỆNH")

    assert "LỆNH" in text_of(render_letter("decision", sample_of("decision"), files=files))


def test_a_draft_says_so_and_has_no_number() -> None:
    data = changed("decision")

    draft = text_of(render_letter("decision", data, draft=True))

    assert "DỰ THẢO" in draft
    assert "Số: ……/QĐ-UBND" in draft
    assert "1250" not in draft
    assert "DỰ THẢO" not in text_of(render_letter("decision", data))


def test_a_draft_needs_neither_number_nor_date_nor_signer() -> None:
    data = changed("decision", letter=None)
    data["letter"] = {"place": "Hà Tĩnh", "register": "QĐ-UBND"}

    text = text_of(render_letter("decision", data, draft=True))

    assert "Hà Tĩnh, ngày …… tháng …… năm ……" in text


def test_everything_that_is_missing_is_named_at_once() -> None:
    data = changed("decision", subjects=[{"name": "A", "award_label": "B"}, {"name": " "}])
    del data["letter"]["number"]

    with pytest.raises(LetterDataMissing) as caught:
        render_letter("decision", data)

    assert caught.value.paths == ("subjects[1].name", "subjects[1].award_label", "letter.number")


def test_absent_optional_values_are_simply_left_out() -> None:
    data = changed("receipt")
    for optional in ("address", "phone", "email", "unit"):
        del data["submitter"][optional]
    del data["verify_url"]
    del data["organisation"]["parent"]

    text = text_of(render_letter("receipt", data))

    assert "Tiếp nhận hồ sơ của: Nguyễn Phước Quý Thị Ngọc Huyền Nội dung yêu cầu" in text
    assert "Quét mã" not in text


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (1.5, "reason"),
        (b"x", "reason"),
        (object(), "reason"),
        ("a\x00b", "reason"),
        ("a\ud800", "reason"),
        ("x" * 20_001, "reason"),
        ([[[[[[[["deep"]]]]]]]], "reason[0][0][0][0][0][0]"),
        ({1: "x"}, "reason"),
        ({"a": {"vi": "x", "en": 1.5}}, "reason.a"),
    ],
)
def test_values_that_are_not_plain_are_refused_by_their_path(value: object, path: str) -> None:
    with pytest.raises(LetterDataInvalid) as caught:
        render_letter("refusal", changed("refusal", reason=value), lang="en")

    assert caught.value.path.startswith(path)


def test_more_values_than_any_list_holds_are_refused() -> None:
    with pytest.raises(LetterDataInvalid, match="more than 200000 values"):
        render_letter("refusal", changed("refusal", items=[1] * 200_001))


@pytest.mark.parametrize(("group", "value"), [("subjects", "ba"), ("letter", ["x"])])
def test_a_group_of_the_wrong_kind_is_refused(group: str, value: object) -> None:
    with pytest.raises(LetterDataInvalid, match=group):
        render_letter("decision", {**sample_of("decision"), group: value})


def test_a_date_that_is_none_is_refused() -> None:
    with pytest.raises(LetterDataInvalid, match=r"letter\.issued_on"):
        render_letter("refusal", changed("refusal", letter={"issued_on": "mai"}))


def test_an_unknown_letter_is_refused() -> None:
    for ask in (letter_bytes, letter_hash, sample_of):
        with pytest.raises(UnknownLetter):
            ask("../receipt")
    with pytest.raises(UnknownLetter):
        render_letter("love", {})


def test_a_language_without_sentences_is_refused() -> None:
    with pytest.raises(LetterFilesInvalid, match="'fr'"):
        render_letter("receipt", sample_of("receipt"), lang="fr")


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("{{ nothing_of_that_name }}", SentenceUndefined),
        ("{{ ''.__class__.__mro__ }}", SentenceForbidden),
        ("{{ organisation }}", SentenceForbidden),
        ("{{ decision.title }}" * 2000, SentenceTooCostly),
    ],
    ids=["undefined", "underscores", "group", "long"],
)
def test_a_letter_with_a_harmful_sentence_is_not_made(source: str, error: type[Exception]) -> None:
    files = with_sentence("decision", "title", source)

    with pytest.raises(error, match=r"sentences\.vi\.yaml: title"):
        render_letter("decision", sample_of("decision"), files=files)


def test_a_sentence_that_is_no_text_is_refused() -> None:
    files = dict(letter_bytes("receipt"))
    files["sentences.vi.yaml"] += b"strange: {a: 1}\n"

    with pytest.raises(LetterFilesInvalid, match="'strange' is neither text nor a list"):
        render_letter("receipt", sample_of("receipt"), files=files)


def test_a_layout_cannot_read_files_of_the_machine() -> None:
    files = dict(letter_bytes("receipt"))
    files["layout.typ"] += b'\n#read("/etc/hostname")\n'

    with pytest.raises(LayoutFailed, match="not found"):
        render_letter("receipt", sample_of("receipt"), files=files)
