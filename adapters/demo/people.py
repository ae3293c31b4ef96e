"""The offices and officers of the made-up province, and what each may try first.

Places exist, people do not. Only the officers that the start page offers have a password.
"""

from __future__ import annotations

from dataclasses import dataclass

from adapters.services.people import NewOrganisation
from engine.text import Text

PASSWORD = "bang-vang-trinh-dien"
PROVINCE = "tinh"

_DEPARTMENTS = (
    ("sgddt", "Sở Giáo dục và Đào tạo", "Department of Education and Training"),
    ("syt", "Sở Y tế", "Department of Health"),
    ("sct", "Sở Công Thương", "Department of Industry and Trade"),
    ("sxd", "Sở Xây dựng", "Department of Construction"),
    ("snnmt", "Sở Nông nghiệp và Môi trường", "Department of Agriculture and Environment"),
    (
        "svhttdl",
        "Sở Văn hóa, Thể thao và Du lịch",
        "Department of Culture, Sports and Tourism",
    ),
)
# id, name, English name, number in the agency code
_COMMUNES = (
    ("cam-lac", "xã Cẩm Lạc", "Cẩm Lạc Commune", 31),
    ("thanh-sen", "phường Thành Sen", "Thành Sen Ward", 32),
    ("thach-ha", "xã Thạch Hà", "Thạch Hà Commune", 33),
    ("can-loc", "xã Can Lộc", "Can Lộc Commune", 34),
    ("duc-tho", "xã Đức Thọ", "Đức Thọ Commune", 35),
    ("huong-son", "xã Hương Sơn", "Hương Sơn Commune", 36),
    ("ky-xuan", "xã Kỳ Xuân", "Kỳ Xuân Commune", 37),
)
COMMUNES = tuple(id for id, *_ in _COMMUNES)


def offices() -> tuple[NewOrganisation, ...]:
    """Return the tree: the ministry outside, the province, its departments, communes and units."""
    make = NewOrganisation
    top = (
        make(
            id="bnv",
            name_vi="Bộ Nội vụ",
            name_en="Ministry of Home Affairs",
            level="centre",
            external=True,
        ),
        make(
            id=PROVINCE,
            name_vi="Ủy ban nhân dân tỉnh Hà Tĩnh",
            name_en="People's Committee of Hà Tĩnh Province",
            level="province",
            parent="bnv",
            agency_code="H27.15",
        ),
    )
    within = (
        ("snv", "Sở Nội vụ", "Department of Home Affairs"),
        (
            "tthcc",
            "Trung tâm Phục vụ hành chính công tỉnh",
            "Provincial Public Administration Service Centre",
        ),
        (
            "hdtdkt",
            "Hội đồng Thi đua - Khen thưởng tỉnh",
            "Provincial Emulation and Commendation Council",
        ),
    )
    parts = tuple(
        make(id=id, name_vi=vi, name_en=en, level="province", parent=PROVINCE, part_of=PROVINCE)
        for id, vi, en in within
    )
    units = tuple(
        make(id=id, name_vi=vi, name_en=en, level="unit", parent=PROVINCE)
        for id, vi, en in _DEPARTMENTS
    )
    communes = tuple(
        make(
            id=id,
            name_vi=f"Ủy ban nhân dân {vi}",
            name_en=f"People's Committee of {en}",
            level="commune",
            parent=PROVINCE,
            agency_code=f"H27.{number}",
        )
        for id, vi, en, number in _COMMUNES
    )
    # What a commune proposes for the province's own awards is drawn up by its culture office.
    below = tuple(
        make(
            id=f"{id}-vhxh",
            name_vi=f"Phòng Văn hóa - Xã hội {vi}",
            name_en=f"Culture and Social Affairs Office, {en}",
            level="unit",
            parent=id,
        )
        for id, vi, en, _ in _COMMUNES[:2]
    )
    return (*top, *parts, *units, *communes, *below)


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """Somebody with roles; offered by the start page if there is a label.

    Attributes:
        roles: pairs of role and organisation.
        first: what to try first.
    """

    login: str
    name: str
    roles: tuple[tuple[str, str], ...]
    label: Text | None = None
    first: Text | None = None


_OFFERED = (
    Officer(
        login="donvi",
        name="Trần Thị Hoài Thương",
        roles=(("submitter", "sgddt"),),
        label=Text("Đơn vị trình khen (Sở Giáo dục)", "Submitting unit (education)"),
        first=Text(
            "Lập hồ sơ trình: vào “Hồ sơ trình”, mở một danh sách hoặc tải danh sách Excel lên.",
            "Draw up a list: open “Submissions”, look at one, or upload a workbook.",
        ),
    ),
    Officer(
        login="donvi2",
        name="Phan Văn Thạch",
        roles=(("submitter", "syt"),),
        label=Text("Đơn vị trình khen khác (Sở Y tế)", "Another submitting unit (health)"),
        first=Text(
            "Nộp bản nháp Chiến sĩ thi đua còn thiếu giấy tờ, và xem hệ thống nói thiếu gì.",
            "Submit the draft that still lacks papers, and see what is said to be missing.",
        ),
    ),
    Officer(
        login="xa",
        name="Trương Thị Mơ",
        roles=(
            *(("submitter", "cam-lac"), ("reception", "cam-lac"), ("archivist", "cam-lac")),
            ("submitter", "cam-lac-vhxh"),
        ),
        label=Text("Một cửa xã Cẩm Lạc", "Commune's one-stop counter"),
        first=Text(
            "Tiếp nhận hồ sơ kháng chiến đang chờ, in giấy tiếp nhận và hẹn trả.",
            "Accept the veteran's claim that waits, and print its appointment slip.",
        ),
    ),
    Officer(
        login="xacongchuc",
        name="Bùi Văn Tám",
        roles=(("specialist", "cam-lac"),),
        label=Text("Công chức xã Cẩm Lạc", "Commune officer"),
        first=Text(
            "Xem hồ sơ đang niêm yết bị dừng vì có khiếu nại; đưa hồ sơ khác ra niêm yết.",
            "See the posted claim that a complaint has frozen; post another one.",
        ),
    ),
    Officer(
        login="xachutich",
        name="Lê Thanh Bình",
        roles=(("authority", "cam-lac"),),
        label=Text("Chủ tịch xã Cẩm Lạc", "Commune's chairman"),
        first=Text(
            "Ký tờ trình gửi tỉnh cho hồ sơ chờ ký.", "Sign the claim that waits, to the province."
        ),
    ),
    Officer(
        login="tiepnhan",
        name="Lê Thị Mỹ Hạnh",
        roles=(("reception", "tthcc"),),
        label=Text("Tiếp nhận cấp tỉnh", "Provincial reception"),
        first=Text(
            "Tiếp nhận cả hồ sơ trình mới nộp trong một lần, một mã, một giấy hẹn.",
            "Accept a whole new submission at once: one code, one slip.",
        ),
    ),
    Officer(
        login="chuyenvien",
        name="Nguyễn Đức Kiên",
        roles=(("specialist", "snv"),),
        label=Text("Chuyên viên thẩm định", "Specialist"),
        first=Text(
            "Chọn nhiều hồ sơ trong “Việc của tôi” rồi xác nhận đủ điều kiện một lần.",
            "Tick several rows of the worklist and confirm their conditions in one go.",
        ),
    ),
    Officer(
        login="thuky",
        name="Võ Hồng Nhung",
        roles=(("secretary", "hdtdkt"),),
        label=Text("Thư ký Hội đồng", "Council secretary"),
        first=Text(
            "Mở “Phiên họp”: phiên sắp tới đã có chương trình; thêm hồ sơ rồi chốt chương trình.",
            "Open “Sessions”: the next one has its agenda; add dossiers and close it.",
        ),
    ),
    Officer(
        login="lanhdao",
        name="Đặng Quốc Khánh Toàn",
        roles=(("head", "snv"),),
        label=Text("Lãnh đạo Sở Nội vụ", "Head of the department"),
        first=Text(
            "Xem việc sát hạn và quá hạn; đưa hồ sơ ra Hội đồng hoặc xin lỗi, hẹn lại.",
            "See what is near its limit or overdue; put it on the agenda, or apologise.",
        ),
    ),
    Officer(
        login="chutich",
        name="Hoàng Trung Chính",
        roles=(("authority", PROVINCE), ("chair", "hdtdkt")),
        label=Text("Chủ tịch tỉnh, Chủ tọa Hội đồng", "Deciding authority and chair"),
        first=Text(
            "Ra một quyết định cho nhiều hồ sơ: chọn các dòng, ghi số và ngày.",
            "Make one decision for many: tick the rows, give number and date.",
        ),
    ),
    Officer(
        login="luutru",
        name="Bùi Thị Lệ Quyên",
        roles=(("archivist", "snv"),),
        label=Text("Lưu trữ", "Archivist"),
        first=Text(
            "Lưu trữ hồ sơ đã trao thưởng; kiểm tra nhật ký của một hồ sơ.",
            "Archive what was handed over; check the trail of a dossier.",
        ),
    ),
    Officer(
        login="quantri",
        name="Dương Minh Tuệ",
        roles=(("administrator", PROVINCE),),
        label=Text("Quản trị (soạn)", "Administrator (drafts)"),
        first=Text(
            "Mở “Thủ tục”, sửa một bản quy trình, xem máy kiểm tra nói gì.",
            "Open “Procedures”, change an edition, see what the checker says.",
        ),
    ),
    Officer(
        login="quantri2",
        name="Lưu Thị Phương",
        roles=(("administrator", PROVINCE),),
        label=Text("Quản trị (ban hành)", "Administrator (publishes)"),
        first=Text(
            "Ban hành bản quy trình mà người khác đã soạn; cấp vai trò.",
            "Publish an edition that somebody else drafted; grant a role.",
        ),
    ),
    Officer(
        login="kiemtra",
        name="Cao Xuân Lãm",
        roles=(("auditor", PROVINCE),),
        label=Text("Kiểm tra", "Auditor"),
        first=Text(
            "Kiểm chứng nhật ký; xem số liệu sớm, đúng, trễ hạn theo tháng.",
            "Verify the log; look at the figures: early, on time, late.",
        ),
    ),
)

_UNIT_OFFICERS = (
    ("sct", "Hà Huy Thắng"),
    ("sxd", "Nguyễn Thị Vân Anh"),
    ("snnmt", "Lê Đình Phúc"),
    ("svhttdl", "Phan Thị Quỳnh Chi"),
    ("thanh-sen-vhxh", "Trần Đình Nam"),
)
_COMMUNE_OFFICERS = (
    ("thanh-sen", ("Nguyễn Thị Lành", "Đào Văn Quý", "Phạm Thị Hiền")),
    ("thach-ha", ("Lê Thị Cúc", "Hồ Sỹ Hùng", "Trần Bá Lộc")),
    ("can-loc", ("Võ Thị Sâm", "Nguyễn Huy Tưởng", "Đặng Thị Nga")),
    ("duc-tho", ("Bùi Thị Mận", "Phan Đình Lưu", "Hoàng Văn Đạt")),
    ("huong-son", ("Thái Thị Na", "Lương Văn Tiến", "Cao Thị Hà")),
    ("ky-xuan", ("Ngô Thị Thơm", "Mai Văn Sinh", "Lê Văn Trọng")),
)


def officers() -> tuple[Officer, ...]:
    """Return everybody: who is offered, then the officers of the other units and communes."""
    units = tuple(
        Officer(login=f"{org}-nop", name=name, roles=(("submitter", org),))
        for org, name in _UNIT_OFFICERS
    )
    communes = tuple(
        Officer(login=f"{org}-{desk}", name=name, roles=tuple((role, org) for role in roles))
        for org, names in _COMMUNE_OFFICERS
        for name, (desk, roles) in zip(names, _DESKS, strict=True)
    )
    return (*_OFFERED, *units, *communes)


_DESKS = (
    ("mc", ("submitter", "reception", "archivist")),
    ("cc", ("specialist",)),
    ("ct", ("authority",)),
)


def at_commune(commune: str) -> tuple[str, str, str]:
    """Return the logins of a commune's counter, its officer and its chairman.

    >>> at_commune("thach-ha")
    ('thach-ha-mc', 'thach-ha-cc', 'thach-ha-ct')
    """
    if commune == "cam-lac":
        return "xa", "xacongchuc", "xachutich"
    return f"{commune}-mc", f"{commune}-cc", f"{commune}-ct"


def submitter_of(org: str) -> str:
    """Return the login of who files for a unit or at a commune's counter."""
    if org in COMMUNES:
        return at_commune(org)[0]
    known = {"sgddt": "donvi", "syt": "donvi2", "cam-lac-vhxh": "xa"}
    return known.get(org, f"{org}-nop")
