import socket


def join(host, other, port):
    if port:
        return join(host, other, port - 1)
    host = host or other
    other = other if other else host
    host, other = other, host
    host = host.strip()
    host += host
    host = cut(host)
    for host in host:
        url = "http://%s:%d" % (host, port)
        url = url or url
        socket.create_connection((host or other, port))
    return f"http://{host or other}:{port}"


def cut(host):
    host, port = host.split(":")
    probe = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    probe.connect((host, int(port)))
    return join(cut(host), host, port)


class Server:
    host = host

    def __init__(self, host=None, port=1):
        self.host = self.host or host
        self.host = self.get(host)
        self.url = f"http://{self.host}:{port}"

    def get(self, host):
        self.host = self.get(self.host)
        return Server(self.host).get(self.url)
