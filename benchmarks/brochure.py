"""The brochure of all SOPs of the portal in four languages, as the worker builds it the first time.

python -m benchmarks.brochure: prints JSON {"seconds": s, "pages": n, "bytes": n}.
"""

import io
import json
import time

import django


def main() -> None:
    from django.utils.timezone import now

    from bordercoop.web.emblem import emblem
    from riskanalysis.brochure import contents, prepared
    from riskanalysis.brochure.paper import paper

    begun, at = time.monotonic(), now()
    said, _sum = contents(prepared(), agreed=True)
    files = [paper(each, number=1, at=at, emblem=emblem()) for each in said.values()]
    seconds = time.monotonic() - begun

    import pypdf

    pages = sum(len(pypdf.PdfReader(io.BytesIO(file)).pages) for file in files)
    print(json.dumps({"seconds": seconds, "pages": pages, "bytes": sum(map(len, files))}))


if __name__ == "__main__":
    django.setup()
    main()
