from tests.portal import portal  # noqa: F401 - a fixture
