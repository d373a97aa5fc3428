"""What the assistant tells of being taught. Ids and figures only."""

MESSAGE_FLAGGED = "MessageFlagged"
MESSAGE_LABELLED = "MessageLabelled"
TRAINING_REQUESTED = "TrainingRequested"
MODEL_TRAINED = "ModelTrained"
MODEL_PROMOTED = "ModelPromoted"
