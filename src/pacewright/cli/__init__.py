"""The command line. One module a command, one view a document."""
