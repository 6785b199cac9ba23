"""A server of a few canned answers, at the edge of the client."""

from collections.abc import Callable

import httpx

from facet.client import Client
from facet.transport import Transport

Answer = Callable[[httpx.Request], httpx.Response]


class StubServer:
    """Answers each request by the next answer, the last one for ever; keeps what it was asked."""

    def __init__(self, *answers: Answer | httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.slept: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else answer(request)

    def transport(self, api_key: str | None = None) -> Transport:
        return Transport(
            "http://facet.test/", api_key, 1.0, network=httpx.MockTransport(self), sleep=self.slept.append
        )

    def client(self, api_key: str | None = None) -> Client:
        client = Client("http://facet.test", api_key)
        client._transport = self.transport(api_key)
        return client


def problem(
    status: int, code: str, headers: dict[str, str] | None = None, **fields: object
) -> httpx.Response:
    return httpx.Response(
        status, json={"code": code, "detail": f"{code} happened", **fields}, headers=headers
    )
