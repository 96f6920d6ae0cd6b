"""The demo accounts, where they are posted, and the rota that keeps every desk staffed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.utils.timezone import now

from bordercoop.access.models import NOTICE, User
from bordercoop.audit.models import record
from bordercoop.reference.sides import ZONE
from contactpoints.actions import post_officer, set_rota_rule
from contactpoints.models import Role, units

# One for all, known to everybody: demo mode serves only the machine it runs on (settings.BIND).
PASSWORD = "border-demo-2026"  # noqa: S105
POSTED_DAYS_AGO = 10
# Officers serve longer than that: the last two months of exchange are stated (statements.py).
SERVING_DAYS = 100
ROTA_DAYS_AGO = 9
MORNING, EVENING = time(8), time(20)


@dataclass(frozen=True)
class Person:
    """An invented officer with an account, a unit and a role."""

    username: str
    unit: str
    role: Role
    language: str
    name_latin: str
    name_local: str
    phone: str

    @property
    def side(self) -> str:
        return units()[self.unit].side

    @property
    def email(self) -> str:
        return f"{self.username}@{self.side.lower()}.example"


HERE = {
    "officer": Role.OFFICER,
    "leader": Role.SHIFT_LEADER,
    "duty": Role.DUTY_OFFICER,
    "head": Role.HEAD_OF_POINT,
    "hq": Role.HEADQUARTERS_OFFICER,
    "representative": Role.REPRESENTATIVE,
    "interpreter": Role.INTERPRETER,
    "analyst": Role.ANALYST,
    "coordinator": Role.COORDINATOR,
    "approver": Role.APPROVER,
    "admin": Role.ADMINISTRATOR,
    "auditor": Role.AUDITOR,
    "handler": Role.SERIOUS_HANDLER,
    "dpo": Role.DATA_PROTECTION,
    "expert": Role.EXPERT,
}
# user name, unit, language, name in Latin letters, name in its own script
ROWS = [
    ("dgp.officer", "LV-DGP", "lv", "Artis Kļava", "Artis Kļava"),
    ("dgp.leader", "LV-DGP", "lv", "Sanita Dzērve", "Sanita Dzērve"),
    ("dgp.duty", "DESK-DGP", "lv", "Mārtiņš Vējš", "Mārtiņš Vējš"),
    ("dgp.head", "DESK-DGP", "lv", "Ilze Lazdiņa", "Ilze Lazdiņa"),
    ("pol.officer", "BY-POL", "be", "Ales Verabei", "Алесь Верабей"),
    ("pol.leader", "BY-POL", "ru", "Iryna Sasnouskaya", "Ирина Сосновская"),
    ("pol.duty", "DESK-POL", "ru", "Siarhei Dubovik", "Сергей Дубовик"),
    ("pol.head", "DESK-POL", "be", "Natallia Zhuravel", "Наталля Журавель"),
    ("rix.officer", "LV-RIX", "lv", "Kārlis Bērzs", "Kārlis Bērzs"),
    ("rix.leader", "LV-RIX", "lv", "Dace Ķirse", "Dace Ķirse"),
    ("rix.duty", "DESK-RIX", "lv", "Inga Žagata", "Inga Žagata"),
    ("rix.head", "DESK-RIX", "lv", "Guntis Ābele", "Guntis Ābele"),
    ("msq.officer", "BY-MSQ", "ru", "Volha Biarozkina", "Ольга Берёзкина"),
    ("msq.leader", "BY-MSQ", "be", "Viktar Hryb", "Віктар Грыб"),
    ("msq.duty", "DESK-MSQ", "be", "Tatstsiana Krynitsa", "Таццяна Крыніца"),
    ("msq.head", "DESK-MSQ", "ru", "Andrei Vetrau", "Андрей Ветров"),
    ("fp.duty", "DESK-FP-MSQ", "ru", "Alena Rabinina", "Елена Рябинина"),
    ("fp.head", "DESK-FP-MSQ", "be", "Uladzimir Viarba", "Уладзімір Вярба"),
    ("lv.hq", "LV-SBG", "lv", "Ģirts Mežs", "Ģirts Mežs"),
    ("by.hq", "BY-GPK", "be", "Mikhas Yavar", "Міхась Явар"),
    ("lv.representative", "LV-SBG", "lv", "Aija Strautiņa", "Aija Strautiņa"),
    ("by.representative", "BY-GPK", "ru", "Dzmitry Zhuraulou", "Дмитрий Журавлёв"),
    ("lv.analyst", "LV-SBG", "lv", "Rūta Čiekure", "Rūta Čiekure"),
    ("by.analyst", "BY-GPK", "be", "Hanna Rabina", "Ганна Рабіна"),
    ("lud.analyst", "LV-LUD", "lv", "Valdis Smilga", "Valdis Smilga"),
    ("msq.analyst", "BY-MSQ", "ru", "Maksim Yaseneu", "Максим Ясенев"),
    ("lv.coordinator", "LV-SBG", "lv", "Edgars Pļaviņš", "Edgars Pļaviņš"),
    ("by.coordinator", "BY-GPK", "ru", "Viktoryia Lisitsa", "Виктория Лисица"),
    ("lv.approver", "LV-SBG", "lv", "Zane Krūma", "Zane Krūma"),
    ("by.approver", "BY-GPK", "be", "Kastus Klion", "Кастусь Клён"),
    ("lv.admin", "LV-SBG", "lv", "Uldis Šķeltiņš", "Uldis Šķeltiņš"),
    ("by.admin", "BY-GPK", "ru", "Mikalai Sarokin", "Николай Сорокин"),
    ("lv.auditor", "LV-SBG", "lv", "Mairita Gāršniece", "Mairita Gāršniece"),
    ("by.auditor", "BY-GPK", "be", "Maryia Lastauka", "Марыя Ластаўка"),
    ("lv.handler", "LV-SBG", "lv", "Inese Ozola", "Inese Ozola"),
    ("by.handler", "BY-GPK", "be", "Ryhor Kalina", "Рыгор Каліна"),
    ("expert", "EU-FRX", "en", "Noémie Kestrel", "Noémie Kestrel"),
    ("lv.dpo", "LV-SBG", "lv", "Līga Ozoliņa", "Līga Ozoliņa"),
    ("by.dpo", "BY-GPK", "ru", "Sviatlana Kalinina", "Светлана Калинина"),
    ("lv.interpreter", "LV-SBG", "lv", "Marta Cielava", "Marta Cielava"),
    ("by.interpreter", "BY-GPK", "be", "Alesia Salavei", "Алеся Салавей"),
]
PREFIX = {"LV": "+371", "BY": "+375", "EU": "+48"}
# Who serves as primary, day and night, where.
WATCHES = {
    "DESK-DGP": "dgp.duty",
    "DESK-POL": "pol.duty",
    "DESK-RIX": "rix.duty",
    "DESK-MSQ": "msq.duty",
    "DESK-FP-MSQ": "fp.duty",
    "LV-SBG": "lv.hq",
    "BY-GPK": "by.hq",
}


def people() -> Iterator[Person]:
    """Every demo account, in the order in which the table shows them."""
    for order, (username, unit, language, latin, local) in enumerate(ROWS, start=100):
        role = HERE[username.rpartition(".")[2]]
        phone = f"{PREFIX[units()[unit].side]} 00 000 {order}"
        yield Person(username, unit, role, language, latin, local, phone)


def make_accounts() -> int:
    """Make and post the demo accounts that are missing; returns how many were made.

    An account that exists is left as it is, its password included. The password is hashed once
    and that hash stored for all: a secret printed at every start gains nothing from a salt of
    its own for each account, and thirty rounds of Argon2 would cost seconds.
    """
    known = set(User.objects.values_list("username", flat=True))
    missing = [person for person in people() if person.username not in known]
    hashed = make_password(PASSWORD) if missing else ""
    for person in missing:
        officer = User.objects.create(
            username=person.username,
            email=person.email,
            password=hashed,
            side=person.side,
            language=person.language,
            name_latin=person.name_latin,
            name_local=person.name_local,
            phone=person.phone,
            welcomed_at=now(),
            notice=NOTICE,
            notice_at=now(),
        )
        record("account.made", f"user:{person.username}", by=None, trail=person.side)
        post_officer(
            officer,
            unit=units()[person.unit],
            role=person.role,
            starts_at=now() - timedelta(days=SERVING_DAYS),
            by=None,
        )
    return len(missing)


def set_rota() -> None:
    """Rules that keep a primary at every desk and headquarters at any hour; set once."""
    officers = User.objects.in_bulk(WATCHES.values(), field_name="username")
    for code, username in WATCHES.items():
        unit = units()[code]
        for start, end in ((MORNING, EVENING), (EVENING, MORNING)):
            set_rota_rule(
                officers[username],
                unit=unit,
                start=start,
                end=end,
                first_day=_first_day(unit.side),
                by=None,
            )


def _first_day(side: str) -> date:
    return (now() - timedelta(days=ROTA_DAYS_AGO)).astimezone(ZoneInfo(ZONE[side])).date()


def table() -> list[str]:
    """The accounts as lines of text, the shared password last."""
    cells = [
        (p.username, f"{p.name_latin} ({p.role.label})", f"{units()[p.unit].name_en}", p.language)
        for p in people()
    ]
    cells.insert(0, ("user name", "who", "where", "language"))
    widths = [max(len(row[column]) for row in cells) for column in range(4)]
    rows = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]
    return [*rows, "", f"password of every account: {PASSWORD}"]
