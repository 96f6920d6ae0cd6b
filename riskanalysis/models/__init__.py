from .brochure import BrochureEdition, BrochurePaper, BrochurePart

__all__ = ["BrochureEdition", "BrochurePaper", "BrochurePart"]
