"""The daemon: listens, queues, remembers, and hands jobs to workers. Its own process never loads torch."""
