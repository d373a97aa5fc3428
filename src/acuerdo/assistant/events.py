"""What the assistant tells of being taught, and of its FAQ. Ids, codes and figures only."""

MESSAGE_FLAGGED = "MessageFlagged"
MESSAGE_LABELLED = "MessageLabelled"
TRAINING_REQUESTED = "TrainingRequested"
MODEL_TRAINED = "ModelTrained"
MODEL_PROMOTED = "ModelPromoted"
FAQ_WRITTEN = "FaqWritten"
FAQ_QUESTIONS_DISMISSED = "FaqQuestionsDismissed"
