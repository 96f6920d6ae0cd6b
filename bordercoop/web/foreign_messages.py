"""Sentences of the libraries that an officer can meet and that they lack in one of our languages.

django-allauth and Django REST framework have no Belarusian, and a few sentences in none of ours.
Naming them here brings them into the portal's own catalogues, which come before the libraries'.
Nothing imports this module: it is only read by `manage.py catalogues`.
"""

from django.utils.translation import gettext_noop as _

ACCOUNTS = [
    _("Be patient, you are sending too many requests."),
    _("Current Password"),
    _("Incorrect code."),
    _("Invalid login."),
    _("Invalid or expired key."),
    _("New Password"),
    _("New Password (again)"),
    _("Please type your current password."),
    _("The new value must be different from the current one."),
    _("This account is currently inactive."),
    _("Too many failed login attempts. Try again later."),
    _("Use a security key"),
    _("Use authenticator app or code"),
    _("Use your password"),
    _("Username"),
    _("You must type the same password each time."),
]
API = [
    _('"{input}" is not a valid choice.'),
    _("A valid integer is required."),
    _("A valid number is required."),
    _("Could not satisfy the request Accept header."),
    _("Date has wrong format. Use one of these formats instead: {format}."),
    _("Datetime has wrong format. Use one of these formats instead: {format}."),
    _("Datetime value out of range."),
    _("Ensure that there are no more than {max_decimal_places} decimal places."),
    _("Ensure that there are no more than {max_digits} digits in total."),
    _("Ensure that there are no more than {max_whole_digits} digits before the decimal point."),
    _("Ensure this field has at least {min_length} characters."),
    _("Ensure this field has at least {min_length} elements."),
    _("Ensure this field has no more than {max_length} characters."),
    _("Ensure this field has no more than {max_length} elements."),
    _("Ensure this value is greater than or equal to {min_value}."),
    _("Ensure this value is less than or equal to {max_value}."),
    _("Expected a date but got a datetime."),
    _("Expected a datetime but got a date."),
    _('Expected a dictionary of items but got type "{input_type}".'),
    _('Expected a list of items but got type "{input_type}".'),
    _("Integer value too large to convert to float"),
    _("Invalid data. Expected a dictionary, but got {datatype}."),
    _("Invalid value."),
    _('Method "{method}" not allowed.'),
    _("Must be a valid UUID."),
    _("Must be a valid boolean."),
    _("Not a valid string."),
    _("Object with {slug_name}={value} does not exist."),
    _("Request was throttled."),
    _("String value too large."),
    _("Surrogate characters are not allowed: U+{code_point:X}."),
    _("This field may not be blank."),
    _("This field may not be null."),
    _("This list may not be empty."),
    _("This selection may not be empty."),
    _('Unsupported media type "{media_type}" in request.'),
]
