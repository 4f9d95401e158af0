"""Verbs for scripts and pipes: they read and change what the console shows, one command at a time."""
