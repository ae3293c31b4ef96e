"""The HTTP API, one router per subject; each route asks one service and decides nothing."""
