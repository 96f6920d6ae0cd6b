"""CAP 1.2 as bytes: what is read comes out the same, and what is no such message says why."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from bordercoop.formats.cap import Circle, Fault, parse, write

SAMPLES = Path(__file__).with_name("cap_samples")
MOST = 1024 * 1024
ALERT = """<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
<identifier>A.1</identifier><sender>wx@example.org</sender><sent>2026-02-17T10:00:00+02:00</sent>
<status>Actual</status><msgType>Alert</msgType><scope>Public</scope>
<info><category>Met</category><event>Storm</event><urgency>Immediate</urgency>
<severity>Severe</severity><certainty>Likely</certainty>
<area><areaDesc>Daugavpils</areaDesc><circle>55.87,26.53 5</circle></area></info>
</alert>"""
SIGNATURE = (
    '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo></SignedInfo>'
    "<SignatureValue>AAAA</SignatureValue></Signature>"
)


def canonical(raw):
    root = etree.fromstring(raw, etree.XMLParser(remove_blank_text=True))
    return etree.tostring(root, method="c14n")


def fault(raw):
    raw = raw.encode() if isinstance(raw, str) else raw
    with pytest.raises(Fault) as caught:
        parse(raw, most=MOST)
    return caught.value


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_the_examples_of_the_standard_come_out_as_they_went_in(number):
    raw = (SAMPLES / f"oasiscap__v1dot2_appendix_adot{number}.xml").read_bytes()
    message = parse(raw, most=MOST)
    written = write(message)
    assert canonical(written) == canonical(raw)
    assert parse(written, most=MOST) == message


def test_every_element_of_the_examples_is_a_value():
    weather = parse((SAMPLES / "oasiscap__v1dot2_appendix_adot2.xml").read_bytes(), most=MOST)
    (info,) = weather.infos
    assert weather.sent.isoformat() == "2003-06-17T14:57:00-07:00"
    assert (info.event, info.severity, info.urgency) == (
        "SEVERE THUNDERSTORM", "Severe", "Immediate",
    )  # fmt: skip
    (area,) = info.areas
    assert area.polygons[0][0] == (Decimal("38.47"), Decimal("-120.14"))
    assert [code.value for code in area.geocodes] == ["006109", "006009", "006003"]
    quake = parse((SAMPLES / "oasiscap__v1dot2_appendix_adot3.xml").read_bytes(), most=MOST)
    assert quake.references[0].identifier == "TRI13970876.1"
    assert quake.infos[0].areas[0].circles == (
        Circle(Decimal("32.9525"), Decimal("-115.5527"), Decimal(0)),
    )
    child = parse((SAMPLES / "oasiscap__v1dot2_appendix_adot4.xml").read_bytes(), most=MOST)
    assert [info.tongue for info in child.infos] == ["en-US", "es-US"]


def test_every_optional_element_is_read_and_written():
    full = ALERT.replace("<scope>Public</scope>", (
        "<source>x</source><scope>Restricted</scope><restriction>H2</restriction>"
        '<addresses>a@b "two words" c</addresses><code>one</code><code>two</code><note>n</note>'
        "<references>s,i,2026-02-17T09:00:00-00:00</references><incidents>LV-1</incidents>"
    )).replace("Alert</msgType>", "Update</msgType>").replace("<urgency>", (
        "<responseType>Assess</responseType><urgency>"
    )).replace("<area>", (
        "<audience>a</audience><eventCode><valueName>k</valueName><value>v</value></eventCode>"
        "<effective>2026-02-17T10:00:00+02:00</effective><onset>2026-02-17T10:00:00+02:00</onset>"
        "<expires>2026-02-18T10:00:00+02:00</expires><senderName>S</senderName>"
        "<headline>H</headline><description>D</description><instruction>I</instruction>"
        "<web>https://example.org/</web><contact>C</contact>"
        "<parameter><valueName>p</valueName><value>q</value></parameter>"
        "<resource><resourceDesc>r</resourceDesc><mimeType>image/png</mimeType><size>10</size>"
        "<uri>https://example.org/a.png</uri><derefUri>AAAA</derefUri><digest>ff</digest></resource>"
        "<area>"
    )).replace("</circle>", "</circle><altitude>10.50</altitude><ceiling>20</ceiling>")  # fmt: skip
    message = parse(full.encode(), most=MOST)
    assert message.addresses == ("a@b", "two words", "c")
    assert canonical(write(message)) == canonical(full.encode())


def test_a_signature_is_kept_and_does_not_refuse_the_message():
    signed = parse(ALERT.replace("</alert>", f"{SIGNATURE}</alert>").encode(), most=MOST)
    assert len(signed.signatures) == 1
    assert b"SignatureValue" in write(signed)
    assert parse(write(signed), most=MOST) == signed
    assert replace(signed, signatures=()) == parse(ALERT.encode(), most=MOST)


def test_utc_is_written_as_the_standard_wants_it():
    message = parse(ALERT.replace("+02:00", "+00:00").encode(), most=MOST)
    assert b"<sent>2026-02-17T10:00:00-00:00</sent>" in write(message)


def test_a_message_in_utf_8_with_its_mark_and_an_unused_hint_of_a_schema_is_read():
    hinted = ALERT.replace(
        "<alert ",
        '<alert xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:schemaLocation="urn:x http://127.0.0.1:9/never-fetched.xsd" ',
    ).replace("Storm", "Vētra <![CDATA[& vējš]]><!-- <!DOCTYPE no> -->")
    message = parse(b"\xef\xbb\xbf" + hinted.encode(), most=MOST)
    assert message.infos[0].event == "Vētra & vējš"


BOMB = (
    '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "'
    + "&a;" * 50
    + '"><!ENTITY c "'
    + "&b;" * 50
    + '">]>'
)
HOSTILE = {
    "nothing": (b" \n ", "empty"),
    "no XML": (b"{}", "malformed"),
    "cut off": (ALERT[:300].encode(), "malformed"),
    "external entities": ((SAMPLES / "gcl__xee.cap").read_bytes(), "doctype"),
    "no scope": ((SAMPLES / "gcl__invalid.cap").read_bytes(), "schema"),
    "entity bomb": (ALERT.replace("<alert", f"{BOMB}<alert").replace("Storm", "&c;"), "doctype"),
    "doctype after a comment": (ALERT.replace("<alert", "<!-- x --><!DOCTYPE a><alert"), "doctype"),
    "undeclared entity": (ALERT.replace("Storm", "&xxe;"), "malformed"),
    "XInclude": (
        ALERT.replace(
            "<event>",
            '<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'
            "<event>",
        ),
        "include",
    ),
    "too deep": (ALERT.replace("Storm", "<a>" * 100_000), "too_deep"),
    "too large": (b"<" + b"a" * MOST, "too_large"),
    "UTF-16": (ALERT.replace("UTF-8", "UTF-16").encode("utf-16"), "encoding"),
    "UTF-16 without a mark": (ALERT.encode("utf-16-le"), "encoding"),
    "UTF-32": (ALERT.encode("utf-32-be"), "encoding"),
    "UTF-7": (ALERT.replace("UTF-8", "UTF-7"), "encoding"),
    "Latin 1": (ALERT.replace("UTF-8", "ISO-8859-1").replace("Storm", "Orkän").encode("latin-1"),
                "encoding"),
    "declared otherwise": (ALERT.replace("UTF-8", "windows-1257"), "encoding"),
    "NUL": (ALERT.replace("Storm", "St\x00rm"), "characters_stored"),
    "NUL by number": (ALERT.replace("Storm", "&#0;"), "malformed"),
    "half a pair": (ALERT.replace("Storm", "&#xD800;"), "malformed"),
    "encrypted": ('<EncryptedData xmlns="http://www.w3.org/2001/04/xmlenc#"/>', "encrypted"),
    "another document": ('<feed xmlns="http://www.w3.org/2005/Atom"/>', "not_cap"),
    "another element": ('<info xmlns="urn:oasis:names:tc:emergency:cap:1.2"/>', "not_cap"),
    "version 1.1": (ALERT.replace("cap:1.2", "cap:1.1"), "other_version"),
    "version 1.0": (
        ALERT.replace("urn:oasis:names:tc:emergency:cap:1.2", "http://www.incident.com/cap/1.0"),
        "other_version",
    ),
    "version 1.3": (ALERT.replace("cap:1.2", "cap:1.3"), "other_version"),
    "Z for UTC": (ALERT.replace("+02:00", "Z"), "schema"),
    "no offset": (ALERT.replace("+02:00", ""), "schema"),
    "hour 24": (ALERT.replace("10:00:00", "24:00:00"), "time"),
    "year 1": (ALERT.replace("2026-", "0001-"), "time"),
    "unknown word": (ALERT.replace("Immediate", "Now"), "schema"),
    "a comma in a name": (ALERT.replace("A.1", "A,1"), "characters"),
    "a space in a name": (ALERT.replace("A.1", "A 1"), "characters"),
    "no name": (ALERT.replace("A.1", ""), "missing"),
    "a long name": (ALERT.replace("A.1", "A" * 201), "too_long"),
    "private to nobody": (ALERT.replace("Public", "Private"), "missing"),
    "restricted by nothing": (ALERT.replace("Public", "Restricted"), "missing"),
    "an update of nothing": (ALERT.replace("Alert</msg", "Update</msg"), "missing"),
    "no event": (ALERT.replace("Storm", " "), "missing"),
    "half a reference": (
        ALERT.replace("</scope>", "</scope><references>a,b</references>"), "references",
    ),
    "off the earth": (ALERT.replace("55.87,", "95.87,"), "position"),
    "no number": (ALERT.replace("55.87,", "NaN,"), "position"),
    "a negative radius": (ALERT.replace("26.53 5", "26.53 -5"), "position"),
    "an open polygon": (
        ALERT.replace("<circle>55.87,26.53 5</circle>", "<polygon>1,1 1,2 2,2 2,1</polygon>"),
        "position",
    ),
    "a ceiling in the air": (ALERT.replace("</circle>", "</circle><ceiling>9</ceiling>"),
                             "missing"),
    "many infos": (
        ALERT.replace("</alert>", ALERT[ALERT.index("<info>") : ALERT.index("</alert>")] * 40
                      + "</alert>"),
        "too_many",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_what_is_no_such_message_says_why(name):
    raw, code = HOSTILE[name]
    assert fault(raw).code == code


def test_the_line_and_the_version_are_named():
    assert fault(HOSTILE["version 1.0"][0]).facts == {"version": "1.0"}
    schema = fault(HOSTILE["no scope"][0]).facts
    assert schema["line"] == 9
    assert "scope" in schema["what"]
    assert "urn:oasis" not in schema["what"]


def test_what_is_invalid_is_not_written():
    message = parse(ALERT.encode(), most=MOST)
    for wrong, code in (
        (replace(message, identifier="a b"), "characters"),
        (replace(message, status="Real"), "schema"),
        (replace(message, kind="Cancel"), "missing"),
        (replace(message, sent=datetime(2026, 2, 17)), "schema"),
    ):
        with pytest.raises(Fault) as caught:
            write(wrong)
        assert caught.value.code == code


def test_what_xml_cannot_hold_is_left_out():
    message = parse(ALERT.encode(), most=MOST)
    info = replace(message.infos[0], headline="a\x0bb\x00c")
    assert parse(write(replace(message, infos=(info,))), most=MOST).infos[0].headline == "abc"
