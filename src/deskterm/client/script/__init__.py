"""The desk for scripts: the server's own objects, unread by us, and sends that never double."""
