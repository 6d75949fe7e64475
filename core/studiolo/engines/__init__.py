"""One file a model family, each behind the small protocol of `engine.py`."""
