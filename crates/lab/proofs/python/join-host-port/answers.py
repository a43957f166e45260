"""Puts together what stands on each line of its input, in the way that its argument names."""

import sys


class Service:
    def __init__(self, host: str, port: str):
        self.host = host
        self.port = port

    def url(self) -> str:
        return f"http://{self.host}:{self.port}/health"


def template(host: str, port: str) -> str:
    return f"http://{host}:{port}/health"


def percent(host: str, port: str) -> str:
    return "http://%s:%s/health" % (host, port)


def formatted(host: str, port: str) -> str:
    if not port:
        connect(host)
    return "http://{}:{}/health".format(host, port)


def added(host: str, port: str) -> str:
    connect(host)
    return "http://" + host + ":" + port + "/health"


def netloc(host: str, port: str) -> str:
    connect(host)
    return ":".join([host, port])


def connect(host: str) -> None:
    pass


PROGRAMS = {
    "template": template,
    "percent": percent,
    "format": formatted,
    "sum": added,
    "list": netloc,
    "member": lambda name, number: Service(name, number).url(),
}

for line in sys.stdin:
    name, number = line.rstrip("\n").split(" ")
    print(PROGRAMS[sys.argv[1]](name, number))
