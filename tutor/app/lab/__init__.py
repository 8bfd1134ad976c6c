"""The lab: change levers, run the case again, watch it against the run as it was."""
