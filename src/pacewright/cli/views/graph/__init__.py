"""The graph as one self-contained page."""
