"""A database that was lent is lent again as it was; one whose schema was changed is not."""

from tests.postgres import everything_in, everywhere
from tests.reused import Reused

FOUND = """INSERT INTO organization (id, slug, name, created_at) VALUES ('\\x01', 'one', 'One', 0)
    RETURNING organization_id"""
CHANGE = """
INSERT INTO meta (name, value) VALUES ('more', 'x');
UPDATE schema_migration SET name = 'another';
DELETE FROM meta WHERE name = 'epoch';
"""


def test_what_was_written_is_gone_and_what_was_deleted_is_back(reused: Reused) -> None:
    template = reused.cluster.new_desk
    with reused.like(template) as first, everywhere(first) as connection:
        before = sorted(everything_in(first).splitlines())
        connection.execute(CHANGE)
        number = connection.execute(FOUND).fetchone()
        assert sorted(everything_in(first).splitlines()) != before
    with reused.like(template) as again:
        assert again == first
        assert sorted(everything_in(again).splitlines()) == before
        with everywhere(again) as connection:
            assert connection.execute(FOUND).fetchone() == number
            connection.execute("ALTER TABLE meta NO FORCE ROW LEVEL SECURITY")
    with reused.like(template) as another:
        assert another != first
