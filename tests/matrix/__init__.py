"""The prediction matrix: what ``plan`` says against what a real cluster then does."""
