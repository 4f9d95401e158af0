"""The databases underneath: one engine each, all behind `storage/database.py`."""
