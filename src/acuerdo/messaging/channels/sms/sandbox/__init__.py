"""SMS to the sandbox's phone."""

from typing import ClassVar

from acuerdo.core.vocabulary import Channel
from acuerdo.messaging.channels.base import Capabilities
from acuerdo.messaging.vendors.sandbox import SandboxMessages


class SandboxSmsAdapter(SandboxMessages):
    channel: ClassVar[Channel] = Channel.SMS
    # Ten parts of a concatenated SMS in GSM-7.
    capabilities: ClassVar[Capabilities] = Capabilities(
        idempotent=True, findable=True, receives=True, statuses=True, max_length=1_530
    )


__all__ = ["SandboxSmsAdapter"]
