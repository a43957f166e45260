"""Confirms orders."""

from concurrent import futures

import grpc


class Email(grpc.GenericRpcHandler):
    def service(self, details):
        if details.method != "/shop.Email/Confirm":
            return None
        return grpc.unary_unary_rpc_method_handler(lambda request, context: b"sent: " + request)


def main():
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
    server.add_generic_rpc_handlers((Email(),))
    server.add_insecure_port('[::]:8080')
    server.start()
    server.wait_for_termination()


if __name__ == '__main__':
    main()
