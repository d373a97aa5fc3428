"""Names of what happens here."""

NIGHT_FINISHED = "NightFinished"
CONTACTS_PLANNED = "ContactsPlanned"
STRATEGY_LEFT = "StrategyLeft"
STRATEGY_PAUSED = "StrategyPaused"
STRATEGY_RESTARTED = "StrategyRestarted"
