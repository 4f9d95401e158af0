"""The import of an older chat: its tables are read, checked, and placed as people and messages."""
