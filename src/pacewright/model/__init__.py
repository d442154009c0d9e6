"""Values only: the Pacemaker language, plans, reports. Nothing here reads files, XML or clusters."""
