"""Listens in the way that its first argument names, on the port of its second."""

import asyncio
import sys

PORT = int(sys.argv[2])


def hello(environ, start_response):
    start_response('200 OK', [('Content-Type', 'text/plain')])
    return [b'hello\n']


async def greet(reader, writer):
    writer.write(b'hello\n')
    await writer.drain()
    writer.close()


class Greeter(asyncio.Protocol):
    def connection_made(self, transport):
        transport.write(b'hello\n')
        transport.close()


def start_server():
    async def main():
        server = await asyncio.start_server(greet, '0.0.0.0', PORT)
        await server.serve_forever()
    asyncio.run(main())


def create_server():
    async def main():
        loop = asyncio.get_running_loop()
        server = await loop.create_server(Greeter, '0.0.0.0', PORT)
        await server.serve_forever()
    asyncio.run(main())


def run_app():
    from aiohttp import web
    web.run_app(web.Application(), host='0.0.0.0', port=PORT)


def tcp_site():
    from aiohttp import web

    async def main():
        runner = web.AppRunner(web.Application())
        await runner.setup()
        await web.TCPSite(runner, '0.0.0.0', PORT).start()
        await asyncio.Event().wait()
    asyncio.run(main())


def tornado_app():
    import tornado.web

    async def main():
        app = tornado.web.Application([])
        app.listen(PORT, address='0.0.0.0')
        await asyncio.Event().wait()
    asyncio.run(main())


def tornado_server():
    import tornado.httpserver
    import tornado.web

    async def main():
        server = tornado.httpserver.HTTPServer(tornado.web.Application([]))
        server.listen(PORT, '0.0.0.0')
        await asyncio.Event().wait()
    asyncio.run(main())


def waitress_host():
    from waitress import serve
    serve(hello, host='0.0.0.0', port=PORT)


def waitress_listen():
    from waitress import serve
    serve(hello, listen='0.0.0.0:8080')


globals()[sys.argv[1]]()
