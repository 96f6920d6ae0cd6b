from typing import Any

from django.core.management.base import BaseCommand

from ...actions import build_brochure


class Command(BaseCommand):
    help = "Build the brochure from the SOPs in force, if it would say anything new."

    def handle(self, *args: Any, **options: Any) -> None:
        edition = build_brochure()
        if edition is None:
            self.stdout.write("No SOP is in force, so there is no brochure.")
            return
        self.stdout.write(f"Edition {edition.number} of {edition.made_at:%Y-%m-%d %H:%M} UTC.")
        for paper in edition.papers.defer("content", "pdf"):
            self.stdout.write(f"{paper.language}  {paper.size:>9,} bytes  {paper.sha256}")
