"""Tells of what stands on each line of its input whether it is a special address."""

import sys


def wildcard(host):
    if host == "0.0.0.0":
        return "all"
    return "one"


def unequal(host):
    return "one" if host != "0.0.0.0" else "all"


def member(host):
    return "all" if host in ("0.0.0.0", "*") else "one"


def loopback(host):
    return "this" if host in ["localhost", "127.0.0.1"] else "other"


PROGRAMS = {"equal": wildcard, "unequal": unequal, "member": member, "loopback": loopback}

for line in sys.stdin:
    print(PROGRAMS[sys.argv[1]](line.rstrip("\n")))
