"""The catalogue of the pages' own words: every key in both languages, every key in use."""

from __future__ import annotations

from collections.abc import Mapping

from engine.text import Text

WORDS: Mapping[str, Text] = {
    # The frame
    "skip_to_content": Text("Đến nội dung chính", "Skip to content"),
    "demo_note": Text(
        "Bản trình diễn: hồ sơ, người và cơ quan ở đây đều là giả định.",
        "Demonstration: the dossiers, people and offices here are made up.",
    ),
    "main_menu": Text("Các trang", "Pages"),
    "other_language": Text("English", "Tiếng Việt"),
    "log_out": Text("Đăng xuất", "Log out"),
    "footer": Text(
        "Ngày và hạn tính theo giờ Việt Nam (GMT+7).",
        "Dates and limits are in Vietnam time (GMT+7).",
    ),
    "menu_worklist": Text("Việc cần làm", "Worklist"),
    "menu_dossiers": Text("Tra cứu hồ sơ", "Dossiers"),
    "menu_new": Text("Lập hồ sơ", "New dossier"),
    "menu_procedures": Text("Thủ tục", "Procedures"),
    "menu_audit": Text("Kiểm tra nhật ký", "Audit"),
    "menu_users": Text("Người dùng", "Users"),
    "menu_health": Text("Tình trạng", "Health"),
    "page_of_total": Text("Tất cả {total}", "{total} in all"),
    "next_page": Text("Trang sau", "Next page"),
    "first_page": Text("Về trang đầu", "First page"),
    "all": Text("Tất cả", "All"),
    "yes": Text("Có", "Yes"),
    "no": Text("Không", "No"),
    "none": Text("Không có", "None"),
    "not_said": Text("— Chưa chọn —", "— Not chosen —"),
    "filter": Text("Lọc", "Filter"),
    "back": Text("Quay lại", "Back"),
    # Log in
    "log_in": Text("Đăng nhập", "Log in"),
    "log_in_lead": Text(
        "Hệ thống giải quyết thủ tục thi đua, khen thưởng.",
        "Administrative procedures of emulation and commendation.",
    ),
    "login_name": Text("Tên đăng nhập", "Login name"),
    "password": Text("Mật khẩu", "Password"),
    "demo_accounts": Text("Tài khoản trình diễn", "Demonstration accounts"),
    "demo_accounts_lead": Text(
        "Chọn một vai để vào ngay. Mỗi vai làm một phần việc của cùng một hồ sơ.",
        "Choose a role to enter at once. Each does its part of the same dossier.",
    ),
    "log_in_as": Text("Vào với vai này", "Enter in this role"),
    "role": Text("Vai trò", "Role"),
    "person": Text("Họ và tên", "Name"),
    # Worklist
    "worklist": Text("Việc cần làm", "Worklist"),
    "tab_all": Text("Của các vai tôi giữ", "Of my roles"),
    "tab_mine": Text("Tôi đã nhận", "Claimed by me"),
    "tile_total": Text("việc đang mở", "open tasks"),
    "tile_mine": Text("tôi đã nhận", "claimed by me"),
    "tile_near": Text("sắp đến hạn", "near the limit"),
    "tile_overdue": Text("quá hạn", "past due"),
    "by_state": Text("Theo bước", "By state"),
    "in_numbers": Text("Bằng con số", "In numbers"),
    "tasks_least_slack": Text(
        "Việc đang mở, việc gấp nhất trước", "Open tasks, the least slack first"
    ),
    "dossier": Text("Hồ sơ", "Dossier"),
    "work": Text("Việc phải làm", "What to do"),
    "state": Text("Bước", "State"),
    "due": Text("Hạn", "Due"),
    "taken_by": Text("Người nhận", "Claimed by"),
    "claim": Text("Nhận việc", "Claim"),
    "release": Text("Trả lại", "Release"),
    "you": Text("tôi", "you"),
    "stands_still": Text("đang dừng", "stopped"),
    "escalated_from": Text("chuyển lên từ {role}", "escalated from {role}"),
    "no_tasks": Text(
        "Không có việc nào đang chờ bạn với bộ lọc này.", "Nothing waits for you in this filter."
    ),
    "claimed": Text("Bạn đã nhận việc.", "The task is yours."),
    "released": Text("Đã trả lại việc cho mọi người cùng vai.", "The task is free again."),
}
