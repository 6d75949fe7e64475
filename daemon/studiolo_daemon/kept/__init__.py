"""What outlives the daemon: jobs, bytes, concepts, and for how long. Knows no worker and no client."""
