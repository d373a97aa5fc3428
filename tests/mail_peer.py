"""Postfix and Dovecot on high ports: the mail servers that a creditor may have.

`mailboxes@inside.test` are kept in Dovecot; mail for anybody else goes on to the sandbox's mail
server, which refuses `refused@…`. Sending in needs STARTTLS and a login, reading does too.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sandbox_peer import free_port, serve_mail

DOMAIN = "inside.test"
PASSWORD = "a-password-for-tests"
PACKAGES = "postfix dovecot-core dovecot-imapd"
_USER, _GROUP = 65534, 65534

_MAIN = """
compatibility_level = 3.6
queue_directory = {root}/queue
data_directory = {root}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file = {root}/mail.log
maillog_file_prefixes = {root}
myhostname = mx.inside.test
mydestination =
mynetworks =
local_recipient_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
recipient_delimiter = +
virtual_mailbox_domains = {domain}
virtual_mailbox_base = {root}/mail
virtual_mailbox_maps = inline:{{ {boxes} }}
virtual_uid_maps = static:{user}
virtual_gid_maps = static:{group}
virtual_minimum_uid = 100
smtpd_tls_cert_file = {root}/cert.pem
smtpd_tls_key_file = {root}/key.pem
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {root}/run/postfix-auth
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
default_transport = smtp:[127.0.0.1]:{next_hop}
smtp_dns_support_level = disabled
smtp_host_lookup = native
maximal_queue_lifetime = 1h
"""

_MASTER = """
127.0.0.1:{smtp} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""

_DOVECOT = """
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{root}/cert.pem
ssl_key = <{root}/key.pem
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service auth {{
  unix_listener postfix-auth {{
    mode = 0666
  }}
}}
auth_username_format = %Ln
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={root}/mail/%n
}}
first_valid_uid = 100
mail_location = maildir:{root}/mail/%n
"""


@dataclass(frozen=True)
class RealMail:
    """Where the two listen, the file that vouches for them, and how to end and begin them."""

    smtp_port: int
    imap_port: int
    certificate: Path
    restart_imap: Callable[[], None]


def require() -> None:
    """Fail where the servers should be here and are not; skip where they cannot be started."""
    missing = [name for name in ("postfix", "dovecot") if shutil.which(name, path=_PATH) is None]
    if missing and os.geteuid() == 0:
        pytest.fail(f"{' and '.join(missing)} is not installed: apt-get install {PACKAGES}")
    if os.geteuid() != 0:
        pytest.skip("only root can start Postfix and Dovecot")


_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


@contextmanager
def serve_real_mail(*mailboxes: str) -> Iterator[RealMail]:
    """Both servers with these mailboxes; what is for others goes to the sandbox."""
    require()
    with ExitStack() as stack:
        root = Path(tempfile.mkdtemp(prefix="acuerdo-mail-", dir="/var/tmp"))
        stack.callback(shutil.rmtree, root, ignore_errors=True)
        next_hop = stack.enter_context(serve_mail()).port
        smtp, imap = free_port(), free_port()
        _lay_out(root, mailboxes, smtp=smtp, imap=imap, next_hop=next_hop)
        dovecot = ["dovecot", "-F", "-c", str(root / "dovecot.conf")]
        postfix = ["postfix", "-c", str(root / "postfix"), "start-fg"]
        imap_server = [_start(dovecot, root, imap)]
        stack.callback(lambda: _stop(imap_server[0]))
        mail_server = _start(postfix, root, smtp)
        stack.callback(_stop, mail_server)

        def restart_imap() -> None:
            _stop(imap_server[0])
            imap_server[0] = _start(dovecot, root, imap)

        yield RealMail(smtp, imap, root / "cert.pem", restart_imap)


def _lay_out(root: Path, mailboxes: tuple[str, ...], **ports: int) -> None:
    root.chmod(0o755)
    for name in ("postfix", "queue", "data", "run", "state", "mail"):
        (root / name).mkdir()
    shutil.chown(root / "data", "postfix")
    os.chown(root / "mail", _USER, _GROUP)
    values = {
        "root": root, "domain": DOMAIN, "password": PASSWORD, "user": _USER, "group": _GROUP,
        "boxes": ", ".join(f"{name}@{DOMAIN}={name}/" for name in mailboxes), **ports,
    }  # fmt: skip
    (root / "postfix/main.cf").write_text(_MAIN.format(**values))
    (root / "postfix/master.cf").write_text(_MASTER.format(**values))
    (root / "dovecot.conf").write_text(_DOVECOT.format(**values))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", str(root / "key.pem"), "-out", str(root / "cert.pem")],
        check=True, capture_output=True,
    )  # fmt: skip


def _start(command: list[str], root: Path, port: int) -> subprocess.Popen[bytes]:
    """Start a server and wait until it answers."""
    with (root / f"{command[0]}.out").open("ab") as out:
        server = subprocess.Popen(
            command, stdout=out, stderr=out, env={**os.environ, "PATH": _PATH}, cwd="/"
        )
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and server.poll() is None:
        if _greets(port):
            return server
        time.sleep(0.05)
    _stop(server)
    logs = "\n".join(path.read_text(errors="replace") for path in root.glob("*.[lo][ou][gt]"))
    raise RuntimeError(f"{command[0]} did not start:\n{logs}")


def _greets(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as link:
            return bool(link.recv(10))
    except OSError:
        return False


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
