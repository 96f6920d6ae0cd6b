import pytest
from django.db import IntegrityError

from bordercoop.access.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "facts",
    [
        {"username": "DGP.duty"},
        {"email": "dgp.duty@test.example"},
        {"email": "Other@test.example"},
        {"side": "RU"},
        {"language": "pl"},
        {"theme": "pink"},
    ],
)
def test_the_database_refuses_accounts_that_cannot_be(officer, facts):
    officer("dgp.duty")
    good = {"username": "other", "email": "o@test.example", "side": "BY", "name_latin": "O."}
    with pytest.raises(IntegrityError):
        User.objects.create(**good | facts)


def test_addresses_are_kept_in_lower_case(db):
    user = User.objects.create_user("x", "X.Y@Test.Example", side="LV", name_latin="X")
    assert user.email == "x.y@test.example"


def test_an_account_is_found_by_its_user_name(officer):
    user = officer("dgp.duty")
    assert User.objects.get_by_natural_key("dgp.duty") == user
    assert user.natural_key() == ("dgp.duty",)
