from django.utils.translation import gettext_lazy as _

from acuerdo.core.errors import AcuerdoError


class NoDemoClock(AcuerdoError):
    code = "no_demo_clock"
    http_status = 409
    message = _("The clock can only be moved in a demo, forward, by a month at most.")


class WorkerRunning(AcuerdoError):
    code = "worker_running"
    http_status = 409
    message = _(
        "A worker runs on the same data and would send in between. Stop it (or use another"
        " database), then run this again."
    )
