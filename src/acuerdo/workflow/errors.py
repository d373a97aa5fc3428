from django.utils.translation import gettext_lazy as _

from acuerdo.core.errors import AcuerdoError


class NoDemoClock(AcuerdoError):
    code = "no_demo_clock"
    http_status = 409
    message = _("The clock can only be moved in a demo, forward, by a month at most.")


class DemoRefused(AcuerdoError):
    code = "demo_refused"
    http_status = 409
    message = _(
        "This database holds a creditor that is not synthetic ({creditor}). A demo moves the clock"
        " for everybody, so it needs a database of its own."
    )


class WorkerRunning(AcuerdoError):
    code = "worker_running"
    http_status = 409
    message = _(
        "A worker or another run is at work on the same data and would send in between. Stop it (or"
        " use another database), then run this again."
    )
