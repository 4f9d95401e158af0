"""PostgreSQL through psycopg 3, which is an extra: nothing here is imported unless it is asked for."""
