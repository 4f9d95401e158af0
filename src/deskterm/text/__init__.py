"""Text safe to keep (`clean`), safe to show (`safe`), of exact width (`width`); times in words (`times`).

Imports nothing else of deskterm. Modules are imported one by one: the server needs `clean` alone.
"""
