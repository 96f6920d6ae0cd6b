"""Whether a service of docker-compose.yml works: `alive.py web|live|relay|worker|beat`.

Exit code 0 when it does. `relay`, `worker` and `beat` are asked about by the last sign of life that
they left in the database.
"""

import json
import sys
from urllib.error import HTTPError
from urllib.request import Request, urlopen

# A tick comes every 5 s; a relay's round every 2 s.
OLDEST = 60


def asked(address: str) -> tuple[int, bytes]:
    request = Request(address, headers={"Host": "127.0.0.1"})  # noqa: S310
    try:
        with urlopen(request, timeout=5) as answer:  # noqa: S310
            return answer.status, answer.read()
    except HTTPError as error:
        return error.code, b""


def alive(service: str) -> bool:
    if service == "live":
        # Nobody is signed in here, and only a working stream can say so.
        return asked("http://127.0.0.1:8001/live/")[0] == 401
    host = "127.0.0.1" if service == "web" else "web"
    status, body = asked(f"http://{host}:8000/health/")
    if service == "web" or status != 200:
        return status == 200
    age = json.loads(body)["processes"].get(service)
    return age is not None and age < OLDEST


if __name__ == "__main__":
    sys.exit(not alive(sys.argv[1]))
