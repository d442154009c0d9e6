"""One module a round; each has ``ROUND`` (or ``ROUNDS``) and is found by being here."""
