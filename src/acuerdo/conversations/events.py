"""Names of what happens here."""

CONVERSATION_OPENED = "ConversationOpened"
TURN_APPENDED = "TurnAppended"
HAND_OFF_REQUESTED = "HandOffRequested"
CONVERSATION_TAKEN_OVER = "ConversationTakenOver"
CONVERSATION_RELEASED = "ConversationReleased"
VERIFICATION_PASSED = "VerificationPassed"
VERIFICATION_FAILED = "VerificationFailed"
