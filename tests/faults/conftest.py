from tests.portal import demo_database, portal  # noqa: F401 - fixtures
