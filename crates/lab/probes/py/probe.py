"""Listens in the way its first argument names, on the port of its second.

The names are those of spellings/py.toml. They are expressions of this file, which say what a
program would say; `p` is the port.
"""

import asyncio
import http.server
import socket
import socketserver
import sys
import threading
import wsgiref.simple_server
import xmlrpc.server
from socket import AF_INET, AF_INET6, SOCK_DGRAM, create_server, has_dualstack_ipv6

p = int(sys.argv[2])


def serve(*servers):
    """Answers on listening sockets."""

    def run(server):
        while True:
            client, peer = server.accept()
            client.sendall(f"PEER {peer[0]}\n".encode())
            client.close()

    for server in servers[1:]:
        threading.Thread(target=run, args=(server,), daemon=True).start()
    run(servers[0])


def tcp(family, host, v6only=None):
    """socket(family).bind((host, p)), with IPV6_V6ONLY set when it is given and there is one."""
    server = socket.socket(family)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if v6only is not None and family == AF_INET6:
        server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, v6only)
    server.bind((host, p))
    server.listen()
    serve(server)


def udp(family, host, v6only=None):
    """socket(family, SOCK_DGRAM).bind((host, p)), with IPV6_V6ONLY set when it is given."""
    server = socket.socket(family, SOCK_DGRAM)
    if v6only is not None and family == AF_INET6:
        server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, v6only)
    server.bind((host, p))
    while True:
        _, peer = server.recvfrom(500)
        server.sendto(f"PEER {peer[0]}\n".encode(), peer)


def udp_dual():
    """An IPv6 socket that takes IPv4 too, or an IPv4 socket."""
    try:
        udp(AF_INET6, "::", 0)
    except OSError:
        udp(AF_INET, "")


def dual_family():
    """IPv6 where a socket can serve both families, else IPv4."""
    return AF_INET6 if has_dualstack_ipv6() else AF_INET


def dual_or_plain():
    """What the documentation of create_server shows."""
    if has_dualstack_ipv6():
        serve(create_server(("", p), family=AF_INET6, dualstack_ipv6=True))
    else:
        serve(create_server(("", p)))


def dual_else_plain():
    """Tries, and falls back."""
    try:
        server = create_server(("", p), family=AF_INET6, dualstack_ipv6=True)
    except (OSError, ValueError):
        server = create_server(("", p))
    serve(server)


def every_result(host):
    """Binds everything that getaddrinfo returns, each for its own family."""
    servers = []
    found = socket.getaddrinfo(host, p, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    for family, kind, protocol, _, address in dict.fromkeys(found):
        try:
            server = socket.socket(family, kind, protocol)
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == AF_INET6:
                server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            server.bind(address)
            server.listen()
            servers.append(server)
        except OSError as error:
            print("left out:", error)
    serve(*servers)


async def greet(_, writer):
    writer.write(f"PEER {writer.get_extra_info('peername')[0]}\n".encode())
    await writer.drain()
    writer.close()


def aio(host):
    async def main():
        server = await asyncio.start_server(greet, host, p)
        await server.serve_forever()

    asyncio.run(main())


def aio_sock():
    async def main():
        sock = create_server(("", p), family=AF_INET6, dualstack_ipv6=True)
        server = await asyncio.start_server(greet, sock=sock)
        await server.serve_forever()

    asyncio.run(main())


def aio_two():
    """A server for each family, at least one."""

    async def main():
        servers = []
        for host in ("::", "0.0.0.0"):
            try:
                servers.append(await asyncio.start_server(greet, host, p))
            except OSError as error:
                print("left out:", error)
        if not servers:
            raise OSError("no address can be listened on")
        await asyncio.Event().wait()

    asyncio.run(main())


def aio_udp(host):
    class Echo(asyncio.DatagramProtocol):
        def connection_made(self, transport):
            self.transport = transport

        def datagram_received(self, _, peer):
            self.transport.sendto(f"PEER {peer[0]}\n".encode(), peer)

    async def main():
        await asyncio.get_running_loop().create_datagram_endpoint(Echo, local_addr=(host, p))
        await asyncio.Event().wait()

    asyncio.run(main())


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"PEER {self.client_address[0]}\n".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Greeting(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.sendall(f"PEER {self.client_address[0]}\n".encode())


def web(host, family=None, v6only=None):
    class Server(http.server.ThreadingHTTPServer):
        if family is not None:
            address_family = family

        def server_bind(self):
            if v6only is not None and self.address_family == AF_INET6:
                self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, v6only)
            super().server_bind()

    Server((host, p), Page).serve_forever()


def greeting(host, family=AF_INET, v6only=None):
    class Server(socketserver.ThreadingTCPServer):
        address_family = family
        allow_reuse_address = True

        def server_bind(self):
            if v6only is not None and self.address_family == AF_INET6:
                self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, v6only)
            super().server_bind()

    Server((host, p), Greeting).serve_forever()


def wsgi(host):
    def app(environ, start):
        start("200 OK", [("Content-Type", "text/plain")])
        return [f"PEER {environ['REMOTE_ADDR']}\n".encode()]

    wsgiref.simple_server.make_server(host, p, app).serve_forever()


def xml(host):
    xmlrpc.server.SimpleXMLRPCServer((host, p)).serve_forever()


try:
    eval(sys.argv[1])
except Exception as error:
    print("ERR", type(error).__name__, error, flush=True)
    sys.exit(1)
