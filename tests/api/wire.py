"""Requests whose body comes piece by piece, and may stop coming."""

GONE = object()


def post(client, path, chunks, headers):
    """Status and body of the answer; a body that is read past `chunks` fails the test."""
    return client.portal.call(_post, client.app, path, list(chunks), headers)


async def _post(app, path, chunks, headers):
    sent = []

    async def receive():
        if not chunks:
            raise AssertionError("the rest of the body was asked for")
        chunk = chunks.pop(0)
        if chunk is GONE:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": chunk, "more_body": True}

    async def send(message):
        sent.append(message)

    given = {"host": "localhost", **headers}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in given.items()],
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 80),
        "state": {},
    }
    await app(scope, receive, send)
    status = next((m["status"] for m in sent if m["type"] == "http.response.start"), None)
    return status, b"".join(m.get("body", b"") for m in sent)
