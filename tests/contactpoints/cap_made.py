"""CAP messages of others, as bytes, for the tests."""

from datetime import timedelta

from django.utils.timezone import now


def when(**ahead):
    return (now() + timedelta(**ahead)).strftime("%Y-%m-%dT%H:%M:%S-00:00")


def info(language="lv-LV", event="Vētra", headline="Vētra Daugavpilī", **said):
    told = {"urgency": "Immediate", "severity": "Severe", "certainty": "Likely", **said}
    return (
        f"<info><language>{language}</language><category>Met</category><event>{event}</event>"
        + "".join(f"<{k}>{told[k]}</{k}>" for k in ("urgency", "severity", "certainty"))
        + (f"<expires>{told['expires']}</expires>" if "expires" in told else "")
        + f"<headline>{headline}</headline><area><areaDesc>D</areaDesc>"
        "<circle>55.87,26.53 5</circle></area></info>"
    )


def message(kind="Alert", identifier="A.1", infos=None, **said):
    """A message of a weather service to the Daugavpils desk, as bytes."""
    told = {
        "sender": "wx@example.org", "sent": when(), "status": "Actual", "scope": "Private",
        "addresses": "desk-dgp@127.0.0.1", "note": "", "references": "", "signature": "", **said,
    }  # fmt: skip
    infos = info() if infos is None else infos
    parts = [
        ("identifier", identifier), ("sender", told["sender"]), ("sent", told["sent"]),
        ("status", told["status"]), ("msgType", kind), ("scope", told["scope"]),
        ("addresses", told["addresses"]), ("note", told["note"]),
        ("references", told["references"]),
    ]  # fmt: skip
    body = "".join(f"<{name}>{text}</{name}>" for name, text in parts if text)
    space = "urn:oasis:names:tc:emergency:cap:1.2"
    return f'<alert xmlns="{space}">{body}{infos}{told["signature"]}</alert>'.encode()
