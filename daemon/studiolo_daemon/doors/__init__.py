"""How requests get in: who may, in which shape, by which wire. Knows no worker."""
