"""The outbox: what was written is on this machine's disk before the first attempt to send it.

`alive` tells which consoles still run, `store` is the file, `rows` how a command lies in it, `rules` decides
what an error means, `sender` sends. Nothing here is imported before the first frame, but for the rules.
"""
