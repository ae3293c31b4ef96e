"""What awards are called when an old list names them, whichever procedure once gave them.

Keys are those that procedures count by; forms and titles are those of Law 06/2022/QH15 that a
province keeps lists of.
"""

from __future__ import annotations

from collections.abc import Mapping

from adapters.storage.fold_text import fold
from engine.definition import AwardType, UsedFor
from engine.text import Text

NAMES: Mapping[str, Text] = {
    "advanced-labourer": Text("Lao động tiên tiến", "Advanced Labourer"),
    "grassroots-soldier": Text("Chiến sĩ thi đua cơ sở", "Grassroots Emulation Soldier"),
    "soldier": Text("Chiến sĩ thi đua cấp tỉnh", "Provincial Emulation Soldier"),
    "national-soldier": Text("Chiến sĩ thi đua toàn quốc", "National Emulation Soldier"),
    "advanced-collective": Text("Tập thể lao động tiên tiến", "Advanced Labour Collective"),
    "collective": Text("Tập thể lao động xuất sắc", "Excellent Labour Collective"),
    "flag": Text("Cờ thi đua cấp tỉnh", "Provincial Emulation Flag"),
    "government-flag": Text("Cờ thi đua của Chính phủ", "Emulation Flag of the Government"),
    "commendation": Text("Giấy khen", "Letter of Commendation"),
    "merit": Text(
        "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh",
        "Certificate of Merit of the Chairman of the Provincial People's Committee",
    ),
    "prime-minister-merit": Text(
        "Bằng khen của Thủ tướng Chính phủ", "Certificate of Merit of the Prime Minister"
    ),
    "labour-order-3": Text("Huân chương Lao động hạng Ba", "Labour Order, Third Class"),
    "labour-order-2": Text("Huân chương Lao động hạng Nhì", "Labour Order, Second Class"),
    "labour-order-1": Text("Huân chương Lao động hạng Nhất", "Labour Order, First Class"),
    "resistance-order": Text("Huân chương Kháng chiến", "Resistance Order"),
    "resistance-medal": Text("Huy chương Kháng chiến", "Resistance Medal"),
}
LEVELS: Mapping[str, Text] = {
    "unit": Text("Cơ sở", "Unit"),
    "commune": Text("Cấp xã", "Commune"),
    "province": Text("Cấp tỉnh", "Province"),
    "centre": Text("Cấp Nhà nước", "State"),
}
TYPES: Mapping[str, Text] = {
    AwardType.MERIT.value: Text("Công trạng", "Merit"),
    AwardType.THEMATIC.value: Text("Chuyên đề", "Thematic"),
    AwardType.SUDDEN.value: Text("Đột xuất", "Sudden achievement"),
    AwardType.EXTERNAL.value: Text("Đối ngoại", "External relations"),
    AwardType.CONTRIBUTION.value: Text("Cống hiến", "Contribution"),
    AwardType.TENURE.value: Text("Niên hạn", "Tenure"),
    AwardType.RESISTANCE.value: Text("Kháng chiến", "Resistance"),
}


FORMS = frozenset(
    {"commendation", "merit", "prime-minister-merit", "labour-order-3", "labour-order-2"}
    | {"labour-order-1", "resistance-order", "resistance-medal"}
)
"""Those of `NAMES` that are forms of commendation; the others are titles (Articles 8 and 9)."""


def used_for(award: str) -> UsedFor:
    """Return what an initiative served that helped to this award."""
    return UsedFor.FORM if award in FORMS else UsedFor.TITLE


def key_of(names: Mapping[str, Text], said: str) -> str | None:
    """Return the key of what somebody typed: the key itself or one of its names, marks or not.

    >>> key_of(NAMES, "bang khen cua THỦ TƯỚNG Chính phủ"), key_of(NAMES, "huy hiệu")
    ('prime-minister-merit', None)
    """
    folded = fold(said)
    return next(
        (k for k, name in names.items() if folded in (k, fold(name.vi), fold(name.en))), None
    )


def label_of(names: Mapping[str, Text], key: str, lang: str) -> str:
    """Return what a key is called; the key itself where nothing else is known."""
    return names[key].in_(lang) if key in names else key
