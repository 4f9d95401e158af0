"""What PostgreSQL and several servers on it cost."""
