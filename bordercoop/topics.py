"""Which help page belongs to which screen. Read by the settings; names no code."""

# docs/help/<language>/<topic>.md, in the order of the index.
HELP_ORDER = [
    "sign-in", "home", "console", "incident-form", "incident", "release", "incidents",
    "contact-points", "contacts", "call-sheet", "settings", "messages", "glossary",
]  # fmt: skip
# Name of an address -> the help page of that screen; other screens lead to the index.
HELP_TOPICS = {
    "home": "home",
    "console": "console",
    "acknowledge": "console",
    "accept": "console",
    "decline": "console",
    "incidents": "incidents",
    "incident_new": "incident-form",
    "incident_supplement": "incident-form",
    "incident": "incident",
    "incident_release": "release",
    "contact_points": "contact-points",
    "contact_point": "contact-points",
    "contacts": "contacts",
    "call_sheet": "call-sheet",
    "profile": "settings",
    "usersessions_list": "settings",
    "account_change_password": "settings",
    "given_up": "messages",
    "glossary": "glossary",
    "account_login": "sign-in",
    "account_logout": "sign-in",
    "account_inactive": "sign-in",
    "account_reauthenticate": "sign-in",
    "account_reset_password": "sign-in",
    "account_reset_password_done": "sign-in",
    "account_reset_password_from_key": "sign-in",
    "account_reset_password_from_key_done": "sign-in",
}
