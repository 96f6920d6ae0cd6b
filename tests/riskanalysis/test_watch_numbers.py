"""By what shape a text is refused for a person's number, and which numbers it may hold."""

import pytest

from bordercoop.reference.personal import number_in

# Of days, hours and years; of places; of acts and the portal's own numbers; of sums.
ORDINARY = [
    "From 22:00 to 04:00, 22.00-04.00, on 20.05.2026 or 2026-05-20", "2019-2021 and 2020/2021",
    "01.05.2026-31.05.2026", "01.05.-31.05.2026", "1.-31.05.2026", "1-31.05.2026",
    "20/05/2026-25/05/2026", "20.05.2026 – 25.05.2026", "2026-05-20/2026-05-25", "2018/2019/2020",
    "0600-1800", "0600 – 1800 and 1900-2100", "06.00 07.00 08.00", "20.05.2026 1000-1200",
    "Line of 141.5 km; 55.72, 26.87", "141.5-145.2 km", "km 141.5-145.2", "км 141,5 – 145,2",
    "55.72345", "55.72345, 26.87123", "N55.72345 E26.87123", "signs 120-145 and 1201-1204",
    "Regulation (EU) 2019/1896, Articles 34 and 35", "Regulation (EU) No 604/2013", "EU 2018",
    "LV-DGP-2026-00012 and RR-LV-2026-00001", "W-LV-3, R3, P1, UBC-LND", "ГАЗ-66", "Ан-124",
    "KA52 SEEN OVER ROAD", "Section S06, sign 123, road A6, 3 500 people",
    "10 000-15 000", "1 000 000", "1\u202f250\u202f300 people", "EUR 5000", "EUR 5000-7000",
    "25 000 000", "200 000 EUR",
]  # fmt: skip
SOMEBODYS = [
    "pavel.k@example.by", "ivan (at) mail.ru",
    "+371 29 123 456", "29 123 456", "29.12.34.56", "29/12/34/56", "29_123_456", "29123456",
    "8 (029) 123-45-67", "+375 29 123-45-67", "tel.29123456", "Nr29123456", "№29123456",
    "131245-11234", "131245 - 11234", "3120590A012PB4", "LV1234567", "MP 7654321", "mp7654321",
    "LV61HABA0551008098765", "BY20 OLMP 3135 0000 0010 0000 0933",
    "AB-1234", "ab-1234", "1234 AB-7", "7AX1234", "А 123 ВС 77",
]  # fmt: skip


@pytest.mark.parametrize("setting", ["%s", "Look for: %s.", "(%s), then"])
@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_number_is_let_through(text, setting):
    assert number_in(setting % text) == ""


@pytest.mark.parametrize("setting", ["%s", "Look for: %s.", "On 20.05.2026 (%s), then"])
@pytest.mark.parametrize("text", SOMEBODYS)
def test_the_number_of_somebody_is_found(text, setting):
    assert number_in(setting % text)
