"""What the dashboard is served with: the gate in front of every page, and what is said of a failed one."""

from __future__ import annotations

from functools import cache
from typing import Any

from starlette.middleware import Middleware

from dashboard import faults, settings
from dashboard.kept_backups import KEEPER
from dashboard.serving import cookies, insisted, page_fault, policy, start
from dashboard.serving.gate import Gate
from dashboard.serving.local_only import LocalOnly
from dashboard.serving.sign_in_paths import SignInPaths
from dashboard.serving.visits import Visits

MAIN_SCRIPT = settings.ROOT / "dashboard" / "app.py"


@cache
def _keep_backups() -> None:
    """Once in a process, however often it is asked what it is served with."""
    KEEPER.start()


def options() -> dict[str, Any]:
    """Everything that ``st.App`` takes beside the script; what must hold in this process holds from here on."""
    settings.look_for_garbage_seldom()
    faults.keep_values_out_of_the_log()
    insisted.put_in_force()
    _keep_backups()
    if start.sign_in_is_set_up():
        gate = Middleware(Gate, visits=Visits(), headers=policy.headers(), who=cookies.visitor)
        doors = [gate, Middleware(SignInPaths)]
    else:
        doors = [Middleware(Gate, visits=Visits(), headers=policy.headers()), Middleware(LocalOnly)]
    return {"middleware": doors, "on_script_error": page_fault.say}
