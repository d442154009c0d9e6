"""The scheduler's answers: transitions, the history that they imply, predictions, rehearsals."""
