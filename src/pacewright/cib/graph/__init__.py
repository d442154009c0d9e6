"""A configuration as a picture: its values, how they are built and compared, and the text for Graphviz."""
