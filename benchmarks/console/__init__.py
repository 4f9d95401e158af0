"""The console measured from outside: real processes on a pseudo-terminal of 120 by 36, in bytes and time."""
