"""The words of the demonstration's risks. All of it is invented."""

BORDER, INSIDE, ONWARD = "border_security", "internal_security", "secondary_movements"
PEOPLE, FLOW = "humanitarian", "bcp_flow"
# code, side, title, text, category, sections, {moment: {side: (likelihood, magnitude,
# vulnerability, impact by domain, probability, confidence)}}. Moments: 0 written, 1 when last month
# ended, 2 now.
Seen = dict[int, dict[str, tuple[int, int, int, dict[str, int], str, str]]]
RISKS: list[tuple[str, str, dict[str, str], dict[str, str], str, list[str], Seen]] = [
    (
        "R1", "BY",
        {
            "be": "Падробленыя або чужыя праязныя дакументы",
            "lv": "Viltoti vai citu personu ceļošanas dokumenti",
            "ru": "Поддельные или чужие проездные документы",
            "en": "Forged or misused travel documents",
        },
        {"be": "Пераважна пашпарты трэціх краін з замененымі старонкамі. Прыдуманы прыклад."},
        "DOC", ["S06"],
        {
            0: {"BY": (3, 3, 3, {BORDER: 4, INSIDE: 3}, "likely", "moderate")},
            1: {
                "BY": (3, 3, 3, {BORDER: 4, INSIDE: 3}, "likely", "moderate"),
                "LV": (3, 3, 3, {BORDER: 4, ONWARD: 3}, "likely", "moderate"),
            },
        },
    ),
    (
        "R2", "BY",
        {
            "be": "Гандаль людзьмі",
            "lv": "Cilvēku tirdzniecība",
            "ru": "Торговля людьми",
            "en": "Trafficking in human beings",
        },
        {"be": "Асобныя выпадкі, цяжкія наступствы. Прыдуманы прыклад."},
        "CBC-THB", [],
        {
            0: {"BY": (2, 3, 2, {PEOPLE: 5, INSIDE: 4}, "unlikely", "low")},
        },
    ),
    (
        "R3", "LV",
        {
            "lv": "Robežas šķērsošana ārpus robežšķērsošanas vietām",
            "be": "Перасячэнне мяжы па-за пунктамі пропуску",
            "ru": "Пересечение границы вне пунктов пропуска",
            "en": "Crossings outside border crossing points",
        },
        {"lv": "Kājām, naktī, nelielās grupās; pārsvarā no 5. līdz 7. posmam. Izdomāts piemērs."},
        "UBC-LND", ["S05", "S06", "S07"],
        {
            0: {"LV": (4, 4, 3, {BORDER: 3, PEOPLE: 3}, "likely", "moderate")},
            1: {
                "LV": (4, 4, 4, {BORDER: 3, PEOPLE: 3}, "very_likely", "moderate"),
                "BY": (4, 4, 4, {BORDER: 3}, "likely", "moderate"),
            },
            2: {"LV": (5, 5, 5, {BORDER: 3, PEOPLE: 3, ONWARD: 3},
                       "almost_certain", "high")},
        },
    ),
    (
        "R4", "LV",
        {
            "lv": "Rindas robežšķērsošanas vietās pēc sistēmu traucējumiem",
            "be": "Чэргі ў пунктах пропуску пасля збояў сістэм",
            "ru": "Очереди в пунктах пропуска после сбоев систем",
            "en": "Queues at crossing points after system failures",
        },
        {"lv": "Pēc stundas dīkstāves rinda turas visu diennakti. Izdomāts piemērs."},
        "CRI", ["S02", "S06"],
        {0: {"LV": (3, 3, 3, {FLOW: 2}, "even", "moderate")}},
    ),
    (
        "R5", "LV",
        {
            "lv": "Tabakas kontrabanda kravas automašīnās",
            "be": "Кантрабанда тытуню ў грузавіках",
            "ru": "Контрабанда табака в грузовиках",
            "en": "Tobacco smuggling in trucks",
        },
        {"lv": "Slēptuves puspiekabju grīdās. Izdomāts piemērs."},
        "CBC-TOB", ["S06"],
        {
            0: {"LV": (4, 4, 4, {BORDER: 2, INSIDE: 3}, "likely", "high")},
            2: {"LV": (4, 4, 4, {BORDER: 2, INSIDE: 2}, "likely", "high")},
        },
    ),
    (
        "R6", "LV",
        {
            "lv": "Uzbrukums robežposteņa sakariem",
            "be": "Напад на сувязь пагранічнай заставы",
            "ru": "Нападение на связь пограничной заставы",
            "en": "Attack on the communications of a border post",
        },
        {"lv": "Nekad nav noticis; sekas būtu lielas. Izdomāts piemērs."},
        "CRI-THR", [],
        {0: {"LV": (1, 2, 1, {BORDER: 4}, "very_unlikely", "low")}},
    ),
    (
        "R7", "LV",
        {
            "lv": "Droni virs pierobežas joslas",
            "be": "Дроны над памежнай паласой",
            "ru": "Дроны над пограничной полосой",
            "en": "Drones over the border strip",
        },
        {"lv": "Nelieli kvadrokopteri, arī naktī. Izdomāts piemērs."},
        "AIRX", ["S07", "S08"],
        {
            0: {"LV": (3, 3, 3, {BORDER: 3}, "even", "low")},
            1: {"BY": (3, 3, 3, {BORDER: 2}, "even", "low")},
            2: {"LV": (4, 4, 4, {BORDER: 3, INSIDE: 2}, "likely", "moderate")},
        },
    ),
    (
        "R8", "BY",
        {
            "be": "Паляўнічыя і рыбакі, якія выпадкова перасякаюць лінію",
            "lv": "Mednieki un makšķernieki, kas nejauši šķērso līniju",
            "ru": "Охотники и рыбаки, случайно пересекающие линию",
            "en": "Hunters and anglers who cross the line by mistake",
        },
        {"be": "Восенню, каля азёр. Прыдуманы прыклад."},
        "STY", ["S02", "S03", "S04"],
        {0: {"BY": (3, 2, 2, {BORDER: 2}, "likely", "high")}},
    ),
    (
        "R9", "BY",
        {
            "be": "Хваробы жывёл, якія пераносяцца з прадуктамі",
            "lv": "Dzīvnieku slimības, ko pārnes ar produktiem",
            "ru": "Болезни животных, переносимые с продуктами",
            "en": "Animal diseases carried over in food",
        },
        {"be": "Мясныя вырабы ў багажы. Прыдуманы прыклад."},
        "CRI-HLT", ["S06"],
        {0: {"BY": (2, 2, 2, {INSIDE: 2}, "unlikely", "moderate")}},
    ),
]  # fmt: skip
WHY: dict[tuple[str, int], dict[str, str]] = {
    ("R1", 0): {"BY": "Тры выпадкі за квартал, адзін і той жа спосаб замены старонкі."},
    ("R1", 1): {
        "BY": "Без змен: два новыя выпадкі, спосаб той самы.",
        "LV": "Tas pats paņēmiens redzēts arī mūsu pusē; daļa ceļotāju dodas tālāk.",
    },
    ("R2", 0): {"BY": "Адзін пацверджаны выпадак за год; паведамленняў мала."},
    ("R3", 0): {"LV": "Pēdas un kameru attēli trīs nedēļas pēc kārtas."},
    ("R3", 1): {
        "LV": "Grupas kļuvušas lielākas, bet kamera 6. posmā ir pārvietota.",
        "BY": "На нашым баку затрыманняў столькі ж, групы той жа велічыні.",
    },
    ("R3", 2): {"LV": "Nedēļā 12 gadījumi, parasti 4–8. Sals vēl nav apgrūtinājis pārvietošanos."},
    ("R4", 0): {"LV": "Divi traucējumi pusgada laikā, katru reizi rinda līdz vakaram."},
    ("R5", 0): {"LV": "Četras slēptuves mēnesī; divreiz krava virzījās tālāk uz Rīgu."},
    ("R5", 2): {"LV": "Pēc rentgena iekārtas pārvietošanas tālāk nekas vairs nav nonācis."},
    ("R6", 0): {"LV": "Nav nekādu pazīmju; vērtēts, lai nepaliktu aizmirsts."},
    ("R7", 0): {"LV": "Seši lidojumi mēnesī, visi dienā."},
    ("R7", 1): {"BY": "Частку палётаў выконваюць мясцовыя аматары; шкода меншая, чым здаецца."},
    ("R7", 2): {"LV": "Lidojumi arī naktī un tieši pirms šķērsošanas gadījumiem."},
    ("R8", 0): {"BY": "Кожную восень пяць-шэсць выпадкаў, усе растлумачаныя на месцы."},
    ("R9", 0): {"BY": "Знойдзена двойчы за год; ветэрынарная служба паведамленая."},
}
# risk, side, what, days after the end of last month (None: the next day), both read it, evidence
TREATMENTS: list[tuple[str, str, str, int | None, bool, str]] = [
    ("R3", "LV", "Atgriezt termokameru 6. posmā.", 60, False, ""),
    ("R3", "LV", "Saskaņot patruļu laikus ar otru pusi nakts stundām.", 75, True, ""),
    ("R5", "LV", "Pārvietot rentgena iekārtu uz kravas joslu.", 40, True,
     "Iekārta darbojas kopš mēneša sākuma, pārbaudes žurnāls 14/2."),
    ("R7", "LV", "Izlikt dronu uztvērēju 7. posmā.", None, True, ""),
    ("R1", "BY", "Правесці навучанне па праверцы старонак дакументаў.", 50, True, ""),
]  # fmt: skip
# section, side, level, why, days until it ends
LEVELS: list[tuple[str, str, str, str, int | None]] = [
    ("S01", "LV", "low", "Divi incidenti ceturksnī.", None),
    ("S01", "BY", "low", "Спакойна, звычайны нагляд.", None),
    ("S05", "LV", "medium", "Pēdas katru nedēļu.", None),
    ("S05", "BY", "medium", "Некалькі затрыманняў за месяц.", None),
    ("S06", "LV", "high", "Lielākā daļa šķērsošanas gadījumu un rindas vienlaikus.", None),
    ("S06", "BY", "medium", "Нагрузка вышэйшая за звычайную, але сіл хапае.", None),
    (
        "S07",
        "LV",
        "critical",
        "Droni un šķērsošana vienā naktī; papildspēki uz laiku.",
        9,
    ),
    ("S07", "BY", "high", "Узмоцнены нагляд на час сумесных мер.", None),
]
OWN = {
    "title": {"lv": "Degvielas kontrabanda pa dzelzceļu", "en": "Fuel smuggling by rail"},
    "text": {"lv": "Pirmās pazīmes, vēl nav izvērtēts. Izdomāts piemērs."},
}
