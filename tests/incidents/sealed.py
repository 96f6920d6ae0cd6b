"""Makers for the tests of the sealed personal part."""

from incidents import actions
from incidents.models import SealedPerson

PERSON = {
    "role": "driver",
    "name_latin": "Zqx Canary",
    "name_own": "Зкх Канарэйка",
    "birth_date": "1990-03",
    "document_kind": "passport",
    "document_number": "ZQ7734511",
    "nationality": "LT",
    "phone": "+370 600 00000",
    "remarks": "Zqremark stays",
}
WHY = {"reason": "procedure", "text": "Checking the driver."}
GROUNDS = {
    "legal_basis": "LV-PROCEDURE",
    "purpose": "Establishing who drove the lorry.",
    "recipient": "Head of the Polotsk desk",
}
SECRETS = ("Zqx Canary", "Канарэйка", "ZQ7734511", "600 00000", "Zqremark")


def add(case, by, **changes):
    return actions.add_sealed_person(case, content={**PERSON, **changes}, by=by)


def give(case, by, desk, fields=("name_latin", "document_number"), persons=None, **changes):
    people = SealedPerson.objects.filter(incident=case) if persons is None else persons
    return actions.release_sealed(
        case, persons=people, fields=fields, desk=desk, **{**GROUNDS, **changes}, by=by
    )


def said(answer):
    return answer.content.decode() + str(sorted(answer.headers.items()))


def told(answer):
    """Which of the secrets an answer holds."""
    text = said(answer)
    return {secret for secret in SECRETS if secret in text}
