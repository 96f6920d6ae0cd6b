"""Where the kernel reaches up: dotted names, so that it imports no app. Part of the settings."""

from .clock import *  # noqa: F403
from .page_rights import PAGE_RIGHTS  # noqa: F401
from .pages import *  # noqa: F403
from .rooms import *  # noqa: F403
from .things import *  # noqa: F403
from .topics import HELP_ORDER, HELP_TOPICS  # noqa: F401
