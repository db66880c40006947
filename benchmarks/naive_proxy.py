"""The proxy that one writes first: aiohttp on both sides, `iter_any`, `await response.write`, on uvloop.

The yardstick's other end (nginx is 0, this is 1): it does its job, and nothing in it was done for speed.
"""

import asyncio
import sys

import aiohttp
import uvloop
from aiohttp import web
from multidict import CIMultiDictProxy

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "upgrade", "te", "trailer", "host", "content-length"}


def end_to_end(headers: CIMultiDictProxy[str]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers.items() if name.lower() not in HOP_BY_HOP]


async def serve(upstream: str) -> None:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, auto_decompress=False) as session:

        async def relay(request: web.Request) -> web.StreamResponse:
            body, headers = await request.read(), end_to_end(request.headers)
            async with session.request(request.method, upstream + request.path_qs, headers=headers, data=body) as reply:
                response = web.StreamResponse(status=reply.status, headers=end_to_end(reply.headers))
                if reply.content_length is not None:
                    response.content_length = reply.content_length
                await response.prepare(request)
                async for data in reply.content.iter_any():
                    await response.write(data)
                await response.write_eof()
                return response

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", relay)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        print(f"listening on http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1]))
