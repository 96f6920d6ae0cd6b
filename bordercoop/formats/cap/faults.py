"""Why a message is no CAP 1.2 message that can be taken."""


class Fault(Exception):
    """`code` is one of those below; `facts` are short texts and numbers that a sentence may name.

    too_large (size, most) · empty · encoding · characters_stored · doctype · encrypted ·
    too_deep · malformed (line) · not_cap · other_version (version) · include ·
    schema (line, what) · missing (element) · characters (element) · too_long (element, most) ·
    time (element) · references · position (element) · too_many (element, most)
    """

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = {
            name: fact[:200] if isinstance(fact, str) else fact for name, fact in facts.items()
        }
