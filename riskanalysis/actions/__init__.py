from .brochure import build_brochure

__all__ = ["build_brochure"]
