"""WhatsApp to the sandbox's phone."""

from typing import ClassVar

from acuerdo.core.vocabulary import Channel
from acuerdo.messaging.channels.base import Capabilities
from acuerdo.messaging.vendors.sandbox import SandboxMessages


class SandboxWhatsAppAdapter(SandboxMessages):
    channel: ClassVar[Channel] = Channel.WHATSAPP
    # The limits of the real one: three quick replies of 20 characters, 1,024 of text beside them.
    capabilities: ClassVar[Capabilities] = Capabilities(
        idempotent=True, findable=True, receives=True, statuses=True, buttons=3, max_length=1_024
    )


__all__ = ["SandboxWhatsAppAdapter"]
