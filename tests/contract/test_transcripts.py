"""A conversation as a file, and a backup by the API."""

from tests.contract.desk import Desk


async def test_a_transcript_says_all_that_its_reader_may_read(desk: Desk) -> None:
    conversation = await desk.numbered(1)
    await desk.send(desk.sarah, conversation["id"], "Is it *this* one?\n# no heading")
    await desk.note(desk.sarah, conversation["id"], "Ask billing")
    path = f"conversations/{conversation['id']}/transcript"
    text = (await desk.sarah.get(path)).raw.decode()
    assert text.startswith(f"#{conversation['number']} ")
    assert "Ask billing" in text
    assert ", internal note, 20" in text
    markdown = (await desk.sarah.get(path, format="md")).raw.decode()
    assert "> Is it *this* one?\n> # no heading" in markdown
    document = (await desk.dana.get(path, format="json")).ok
    assert document["conversation"]["id"] == conversation["id"]
    said = [each["body"] for each in document["messages"]]
    assert said[-2:] == ["Is it *this* one?\n# no heading", "Ask billing"]
    (await desk.sarah.get(path, format="pdf")).problem(422, "invalid")
    (await desk.john.get(path)).problem(403, "forbidden")


async def test_an_admin_has_a_backup_made(desk: Desk) -> None:
    made = (await desk.dana.post("backup", {})).ok
    folder = desk.services.config.data / "backups"
    assert (folder / made["name"]).is_file()
    (entry,) = (await desk.dana.get("audit", action="server.backed_up")).ok["items"]
    assert entry["detail"] == {"name": made["name"]}
