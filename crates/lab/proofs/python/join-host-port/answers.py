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


def percent(pod_ip: str, port: str) -> str:
    return "%s:%s" % (pod_ip, port)


def formatted(pod_ip: str, port: str) -> str:
    if not port:
        connect(pod_ip)
    return "{}:{}".format(pod_ip, port)


def added(pod_ip: str, port: str) -> str:
    connect(pod_ip)
    return pod_ip + ":" + port


def joined(pod_ip: str, port: str) -> str:
    connect(pod_ip)
    return ":".join([pod_ip, port])


def connect(host: str) -> None:
    pass


PROGRAMS = {
    "template": template,
    "percent": percent,
    "format": formatted,
    "sum": added,
    "list": joined,
    "member": lambda name, number: Service(name, number).url(),
}

for line in sys.stdin:
    name, number = line.rstrip("\n").split(" ")
    print(PROGRAMS[sys.argv[1]](name, number))
