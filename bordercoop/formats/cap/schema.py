"""What XML and the schema of the standard say of a message."""

from pathlib import Path
from typing import Any

from lxml import etree

from .faults import Fault
from .message import NAMESPACE

XSD = Path(__file__).with_name("CAP-v1.2.xsd")
INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"
INCLUDE = "{http://www.w3.org/2001/XInclude}"
ENCRYPTED = "{http://www.w3.org/2001/04/xmlenc#}EncryptedData"
# The namespace of 1.0 was the maker's own.
OLDER = {"urn:oasis:names:tc:emergency:cap:1.1": "1.1", "http://www.incident.com/cap/1.0": "1.0"}


def _parser() -> Any:
    """Fetches nothing, expands nothing, and goes no deeper than 256 elements."""
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def root_of(text: str) -> Any:
    """The root element of a document without a document type. Raises Fault."""
    try:
        root = etree.fromstring(text.encode(), _parser())
    except etree.XMLSyntaxError as error:
        deep = "depth" in str(error).lower()
        raise Fault("too_deep" if deep else "malformed", line=error.lineno or 1) from error
    space = etree.QName(root).namespace or ""
    if root.tag == ENCRYPTED:
        raise Fault("encrypted")
    if space in OLDER:
        raise Fault("other_version", version=OLDER[space])
    if space != NAMESPACE and space.startswith("urn:oasis:names:tc:emergency:cap:"):
        raise Fault("other_version", version=space.rpartition(":")[2])
    if root.tag != f"{{{NAMESPACE}}}alert":
        raise Fault("not_cap")
    for element in root.iter():
        if not isinstance(element.tag, str):
            raise Fault("malformed", line=element.sourceline or 1)
        if element.tag.startswith(INCLUDE):
            raise Fault("include")
        # A hint where a schema lies: the validator would go and look.
        for name in [name for name in element.attrib if name.startswith(INSTANCE)]:
            del element.attrib[name]
    return root


def validate(root: Any) -> None:
    """Raise Fault unless the schema of CAP 1.2 allows the message."""
    # Made anew each time: its log of errors is not for several threads at once.
    schema = etree.XMLSchema(etree.parse(XSD, etree.XMLParser(no_network=True)))
    if not schema.validate(root):
        error = schema.error_log[0]
        what = error.message.replace(f"{{{NAMESPACE}}}", "")
        raise Fault("schema", line=error.line, what=what)
