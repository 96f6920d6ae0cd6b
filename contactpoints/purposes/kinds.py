"""What a use of a standard phrase is made of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms

from ..saying import Said


@dataclass(frozen=True)
class Deed:
    """A button: its word in the form, what it says, its symbol."""

    name: str
    label: str
    icon: str


@dataclass(frozen=True)
class Purpose:
    """`do` sends (deed, phrase, what was filled in beside it: `client_ref` and the fields of
    `beside`, none of which has the name of a slot) and gives the address to go to."""

    heading: str
    subject: str
    back: str
    readers: list[str]
    deeds: list[Deed]
    do: Callable[[str, Said, Mapping[str, Any]], str]
    beside: dict[str, forms.Field] = field(default_factory=dict)
