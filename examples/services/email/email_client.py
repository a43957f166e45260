"""Sends a confirmation through the email service on this host."""

import grpc

CONFIRM = "/shop.Email/Confirm"


def send_confirmation(address, order):
    channel = grpc.insecure_channel('0.0.0.0:8080')
    confirm = channel.unary_unary(CONFIRM)
    return confirm(f"{address}\n{order}".encode(), timeout=5)


if __name__ == '__main__':
    print(send_confirmation("eve@example.com", "42 socks").decode())
