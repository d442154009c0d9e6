"""Plan, apply, settle: each readable on one screen; the details live one level below."""
