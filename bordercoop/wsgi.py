"""Pages and API for a WSGI server (production); `/live/` then runs beside it from asgi.py."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bordercoop.settings")

application = get_wsgi_application()
