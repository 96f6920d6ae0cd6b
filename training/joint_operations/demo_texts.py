"""The words of the demo operations."""

# (part, owner, language, text)
PLAN = [
    ("situation", "", "en",
     "Before the winter holidays more passengers and more consolidated lorry loads are expected on "
     "both sides. In the last quarter forged stamps and altered vehicle documents were found at "
     "several crossing points."),
    ("situation", "LV", "lv",
     "Latvijas pusē vairāk viltotu zīmogu konstatēts kravas kustībā, pasažieru kustībā situācija "
     "ir stabila."),
    ("situation", "BY", "ru",
     "На белорусской стороне чаще выявлялись изменённые документы на транспортные средства."),
    ("objectives", "", "en",
     "1. Find forged documents at the first line: share of findings confirmed by the second line.\n"
     "2. Exchange each finding within the hour: median time from detection to release.\n"
     "3. Test the common procedure for lorries: number of joint checks."),
    ("area", "", "en",
     "Road crossing points on the common line and the airports named above. Nothing outside the "
     "area is done in the name of the operation."),
    ("resources", "", "en",
     "Each side puts in its own officers and equipment, as listed. No officer has executive powers "
     "on the other side."),
    ("briefing", "", "en",
     "Briefing of both shifts by video on the first morning, in Russian, interpreted into Latvian. "
     "Debriefing within three days after the end."),
    ("command", "LV", "lv",
     "Operāciju Latvijas pusē vada galvenā pārvalde; uz vietas atbild maiņas vadītājs."),
    ("command", "BY", "ru",
     "С белорусской стороны операцией руководит управление; на месте отвечает старший смены."),
    ("reporting", "", "en",
     "Incidents are logged in the portal and tagged with the operation. Each side gives its daily "
     "report within 24 hours after midnight."),
    ("contacts", "", "en",
     "The desks of the common contact points, at all hours; see the call sheet."),
]  # fmt: skip
ASSESSMENT = (
    "The concept held: joint checks took less time than separate ones. Results were exchanged "
    "faster than planned. Coordination suffered twice from shifts that changed at different hours; "
    "the next plan should set them alike."
)
DAYS = {
    "LV": ("lv", "Diena pagāja mierīgi. Kravas kustībā pārbaudīti abu pušu saskaņotie profili."),
    "BY": ("ru", "День прошёл спокойно. Проверены согласованные профили грузового движения."),
}
# Why the report of a day was corrected, and what it says then.
CORRECTED = (
    "Viena kravas automašīna bija ieskaitīta divreiz.",
    "Diena pagāja mierīgi. Kravas kustībā pārbaudīti abu pušu saskaņotie profili; viens gadījums "
    "nodots otrā līnijā.",
)
NO_COSTS = "Nothing beyond the budgets of both services."
