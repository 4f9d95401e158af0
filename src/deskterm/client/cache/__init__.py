"""A copy of what was read, on this machine, for when the server is not there.

`content` says what is in it, `store` is the file, `keeper` follows a desk and writes beside the event loop,
`file` names and removes files. Nothing here is imported before the first frame.
"""
