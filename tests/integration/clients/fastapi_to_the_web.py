"""All the way to a web page: a FastAPI application that streams on what an SDK streams to it."""
# ruff: noqa: T201 - a client program prints

import http.client
import socket
import threading
from collections.abc import AsyncIterator

import anthropic
import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()
client = anthropic.AsyncAnthropic()


@app.get("/story")
async def story(about: str) -> StreamingResponse:
    async def told() -> AsyncIterator[str]:
        async with client.messages.stream(
            model="claude-sonnet", max_tokens=500, messages=[{"role": "user", "content": f"A story about {about}"}]
        ) as stream:
            async for text in stream.text_stream:
                yield text

    return StreamingResponse(told(), media_type="text/plain")


with socket.socket() as listener:
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    serving = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    serving.start()
    page = http.client.HTTPConnection("127.0.0.1", listener.getsockname()[1], timeout=30)
    page.request("GET", "/story?about=kites")
    response = page.getresponse()
    print(response.status, response.read().decode())
    page.close()
    server.should_exit = True
    serving.join(5)
