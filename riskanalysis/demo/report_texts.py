"""The words of the demonstration's risk reports. All of it is invented."""

from typing import Any

# `texts` are of the first five steps of SOP-OPERATIONAL; `desk` "" leaves the report at its review.
REPORTS: list[dict[str, Any]] = [
    {
        "tasked_by": "lv.hq",
        "by": "lv.analyst",
        "reviewer": "lud.analyst",
        "approver": "lv.approver",
        "unit": "LV-DGP",
        "desk": "DESK-POL",
        "duty": "pol.duty",
        "line": "Прочитано, патрули предупреждены.",
        "language": "lv",
        "days": 5,
        "sections": ["S05", "S06", "S07"],
        "categories": ["UBC-LND", "UBC-ATT", "UBC-MAS"],
        "risk": 3,
        "title": "Robežas šķērsošana ārpus robežšķērsošanas vietām: nākamās trīs nedēļas",
        "tasking": (
            "Vai 5.–7. posmā nākamajās nedēļās pietiks ar pašreizējiem patruļu laikiem? "
            "Pēc atbildes plānos nakts maiņas."
        ),
        "texts": [
            "Jautājums: cik bieži un kur 5.–7. posmā nākamajās trīs nedēļās jāgaida šķērsošana "
            "kājām ārpus robežšķērsošanas vietām. Izdomāts piemērs.\n\n"
            "Ārpus tvēruma paliek robežšķērsošanas vietas un muitas lietas.",
            "Pēdējās trīs nedēļās ziņots par divām grupām, abas naktī un abas meža ceļu tuvumā "
            "[1] [2]. Otra puse abos gadījumos atbildēja stundas laikā.\n\n"
            "Kamera 6. posmā nav darbojusies, tāpēc par šo posmu zināms mazāk nekā par pārējiem; "
            "klusums tur nenozīmē, ka nekas nenotiek.",
            "Apdraudējums: nelielas grupas, kas zina patruļu laikus. Ievainojamība: pusstundas "
            "pārtraukums starp maiņām 6. posmā. Ietekme: galvenokārt cilvēku drošība aukstumā.",
            "Secinājumi balstīti uz diviem apstiprinātiem gadījumiem un reģistra risku [3]; ar to "
            "pietiek virziena noteikšanai, bet ne skaitļu paredzēšanai.",
            "Ieteikumi ir adresēti tiem, kas tos var izpildīt līdz norādītajai dienai.",
        ],
        "judgements": [
            {
                "text": "Līdz mēneša beigām 5.–7. posmā notiks vēl vismaz divi šķērsošanas "
                "mēģinājumi naktī [1].",
                "probability": "likely",
                "confidence": "moderate",
                "alternative": "Abus gadījumus organizēja viena un tā pati persona, kas posmu "
                "vairs neizmantos.",
                "cites": 3,
            },
            {
                "text": "Mēģinājumi pārcelsies uz robežšķērsošanas vietām.",
                "probability": "unlikely",
                "confidence": "low",
                "alternative": "",
                "cites": 1,
            },
        ],
        "recommendations": [
            ("Pārbīdīt maiņas 6. posmā tā, lai pārtraukums nesakristu ar krēslu.", "LV-DGP", 9),
            ("Saskaņot patruļu laikus ar otras puses dežūrdaļu.", "LV-SBG", 16),
        ],
        "comment": "Vai par kameru zināms, kopš kuras dienas tā nedarbojas?",
        "resolution": "Papildināts: klusums posmā nav pierādījums.",
    },
    {
        "tasked_by": "by.hq",
        "by": "by.analyst",
        "reviewer": "msq.analyst",
        "approver": "by.approver",
        "unit": "BY-MSQ",
        "desk": "DESK-RIX",
        "duty": "rix.duty",
        "line": "Izlasīts, nodots otrās līnijas kontrolei.",
        "language": "be",
        "days": 6,
        "sections": [],
        "categories": ["DOC", "DOC-CNT", "DOC-IMP", "DOC-FAL"],
        "risk": 1,
        "title": "Падробленыя старонкі ў пашпартах на рэйсах у Рыгу",
        "tasking": (
            "Ці варта чакаць новых пашпартоў з замененай старонкай на рэйсах у Рыгу ў бліжэйшыя "
            "тыдні, і што мяняць у праверцы?"
        ),
        "texts": [
            "Рэйсы з Мінска ў Рыгу, бліжэйшыя тры тыдні. Прыдуманы прыклад.\n\n"
            "Візы і дазволы на жыхарства тут не разглядаюцца.",
            "Друк на старонцы з асабістымі данымі адрозніваецца ад астатніх [1]. Спосаб той самы, "
            "што апісаны ў рэестры.\n\nЭкспертыза яшчэ не скончана, таму прычына замены невядомая.",
            "Пагроза: адзін і той жа спосаб, магчыма, з адной майстэрні. Уразлівасць: пры чарзе "
            "другая праверка робіцца выбарачна. Наступствы: падарожжа далей па чужым дакуменце.",
            "Выпадкаў мала, крыніцы надзейныя. Гэтага хапае, каб сказаць, чаго чакаць, але не "
            "колькі.",
            "Рэкамендацыі не патрабуюць новых сродкаў.",
        ],
        "judgements": [
            {
                "text": "На працягу трох тыдняў з'явіцца яшчэ прынамсі адзін пашпарт, зменены тым "
                "самым спосабам [1].",
                "probability": "very_likely",
                "confidence": "moderate",
                "alternative": "Старонкі маглі быць заменены даўно, і выяўляецца толькі рэшта.",
                "cites": 2,
            }
        ],
        "recommendations": [
            ("Правяраць друк пад павелічэннем на кожным рэйсе ў Рыгу.", "BY-MSQ", 12),
        ],
        "comment": "Падкрэсліце, што экспертыза яшчэ не скончана.",
        "resolution": "Дададзена ў другі крок.",
    },
    {
        "tasked_by": "lv.analyst",
        "by": "lud.analyst",
        "reviewer": "lv.analyst",
        "approver": "lv.approver",
        "unit": "LV-LUD",
        "desk": "",
        "language": "lv",
        "days": 4,
        "sections": ["S07", "S08"],
        "categories": ["AIRX"],
        "risk": 7,
        "title": "Droni virs pierobežas joslas: ko gaidīt",
        "tasking": "Vai lidojumi naktī ir kas jauns, un vai tie saistīti ar šķērsošanu?",
        "texts": [
            "7. un 8. posms, nākamās divas nedēļas. Izdomāts piemērs.",
            "Naktī lidots 8. posmā [1], tāpēc reģistrā risks ir pārskatīts [2]. Pilots nav zināms.",
            "Apdraudējums pieaug, ja lidojumi notiek tieši pirms šķērsošanas.",
            "Viens avots, tāpēc pārliecība ir zema.",
            "Uztvērējs 7. posmā dotu atbildi mēneša laikā.",
        ],
        "judgements": [
            {
                "text": "Lidojumi naktī nākamajās divās nedēļās turpināsies [1].",
                "probability": "even",
                "confidence": "low",
                "alternative": "Daļu lidojumu veic vietējie amatieri.",
                "cites": 1,
            }
        ],
        "recommendations": [
            ("Izlikt dronu uztvērēju 7. posmā vismaz uz mēnesi.", "LV-LUD", 20),
        ],
        "comment": "Kāpēc vienādas iespējas, ja pēdējā mēnesī lidots katru nedēļu?",
        "resolution": "",
    },
]
