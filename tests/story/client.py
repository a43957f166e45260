"""Asks one service of the example shop, as another service would, and prints what it said.

    client.py http|grpc|redis ADDRESS PORT

One line: `OK answer`, or `ERR why`.
"""

import json
import socket
import sys
import urllib.request


def bracketed(address):
    return f"[{address}]" if ":" in address else address


def http(address, port):
    with urllib.request.urlopen(f"http://{bracketed(address)}:{port}/catalogue", timeout=5) as response:
        return response.read().decode().strip()


def grpc(address, port):
    import grpc

    channel = grpc.insecure_channel(f"{bracketed(address)}:{port}")
    convert = channel.unary_unary("/shop.Currency/Convert")
    try:
        return convert(json.dumps({"units": 40, "rate": 1.25}).encode(), timeout=5).decode()
    except grpc.RpcError as error:
        raise OSError(error.details()) from error


def redis(address, port):
    with socket.create_connection((address, port), timeout=5) as connection:
        connection.sendall(b"PING\r\n")
        return connection.recv(100).decode().strip()


try:
    print("OK", globals()[sys.argv[1]](sys.argv[2], int(sys.argv[3])))
except OSError as error:
    print("ERR", error)
