"""The same handler behind grpcio. Its argument is the folder with the generated modules. Prints the
port that it listens on, serves until stdin ends."""

import sys
from concurrent import futures

import grpc

sys.path.insert(0, sys.argv[1])
import orders_pb2  # noqa: E402
import orders_pb2_grpc  # noqa: E402


class Desk(orders_pb2_grpc.DeskServicer):
    def Price(self, order, context):
        return orders_pb2.Total(total=order.price * sum(order.sizes))


def main():
    # One thread: what a kameo child has; with more the GIL makes it slower.
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=1))
    orders_pb2_grpc.add_DeskServicer_to_server(Desk(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    sys.stdin.read()
    server.stop(None)


main()
