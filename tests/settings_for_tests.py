"""The product's settings on a data directory of this test run's own."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# Below /var/tmp, because root's temporary folder may be closed to the user of PostgreSQL.
DATA = Path(tempfile.mkdtemp(prefix="acuerdo-test-", dir="/var/tmp"))
DATA.chmod(0o755)
atexit.register(shutil.rmtree, DATA, ignore_errors=True)
os.environ.update(
    {
        "ACUERDO_DATA": str(DATA),
        "ACUERDO_SECRET_KEYS": "a-key-for-tests-that-is-long-enough-to-be-taken",
        "ACUERDO_LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "acuerdo.config.settings",  # for the children of tests
    }
)
os.environ.pop("DATABASE_URL", None)

from acuerdo.config.settings import *  # noqa: E402, F403
from acuerdo.config.settings import DATABASES  # noqa: E402

# A test's threads come and go, and its database with them: no pool outlives it.
DATABASES["default"]["OPTIONS"].pop("pool")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
