import com.sun.net.httpserver.HttpServer;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * Listens in the way its first argument names, on the port of its second. The names are those of
 * spellings/java.toml.
 */
public class Probe {
  static byte[] peer(InetAddress address) {
    return ("PEER " + address.getHostAddress() + "\n").getBytes();
  }

  static InetAddress address(InetSocketAddress socket) {
    return socket.getAddress();
  }

  static void serve(ServerSocket server) throws Exception {
    while (true) {
      try (Socket client = server.accept()) {
        client.getOutputStream().write(peer(client.getInetAddress()));
      }
    }
  }

  static void serve(ServerSocketChannel server) throws Exception {
    while (true) {
      try (SocketChannel client = server.accept()) {
        client.write(ByteBuffer.wrap(peer(address((InetSocketAddress) client.getRemoteAddress()))));
      }
    }
  }

  static void serve(HttpServer server) {
    server.createContext(
        "/",
        exchange -> {
          byte[] body = peer(address(exchange.getRemoteAddress()));
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  static void echo(DatagramSocket socket) throws Exception {
    while (true) {
      DatagramPacket packet = new DatagramPacket(new byte[500], 500);
      socket.receive(packet);
      byte[] answer = peer(packet.getAddress());
      socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
    }
  }

  static void echo(DatagramChannel channel) throws Exception {
    while (true) {
      InetSocketAddress from = (InetSocketAddress) channel.receive(ByteBuffer.allocate(500));
      channel.send(ByteBuffer.wrap(peer(address(from))), from);
    }
  }

  /** The values that programs pass where an InetAddress is wanted. */
  static InetAddress inet(String name) throws Exception {
    switch (name) {
      case "null":
        return null;
      case "loopback":
        return InetAddress.getLoopbackAddress();
      case "bytes4":
        return InetAddress.getByAddress(new byte[4]);
      case "bytes16":
        return InetAddress.getByAddress(new byte[16]);
      default:
        return InetAddress.getByName(name);
    }
  }

  static InetSocketAddress at(String host, int port) {
    return host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
  }

  static void run(String what, String host, int port) throws Exception {
    switch (what) {
      case "server":
        serve(host.isEmpty() ? new ServerSocket(port) : new ServerSocket(port, 50, inet(host)));
        break;
      case "bind":
        ServerSocket server = new ServerSocket();
        server.bind(at(host, port));
        serve(server);
        break;
      case "channel":
        serve(ServerSocketChannel.open().bind(at(host, port)));
        break;
      case "channel4":
        serve(ServerSocketChannel.open(StandardProtocolFamily.INET).bind(at(host, port)));
        break;
      case "channel6":
        serve(ServerSocketChannel.open(StandardProtocolFamily.INET6).bind(at(host, port)));
        break;
      case "http":
        serve(HttpServer.create(at(host, port), 0));
        break;
      case "udp":
        echo(host.isEmpty() ? new DatagramSocket(port) : new DatagramSocket(at(host, port)));
        break;
      case "udp-channel":
        echo(DatagramChannel.open().bind(at(host, port)));
        break;
      case "udp-channel4":
        echo(DatagramChannel.open(StandardProtocolFamily.INET).bind(at(host, port)));
        break;
      default:
        throw new Exception("unknown spelling " + what);
    }
  }

  public static void main(String[] args) {
    String[] words = args[0].split(" ");
    try {
      run(words[0], words.length > 1 ? words[1] : "", Integer.parseInt(args[1]));
    } catch (Throwable error) {
      System.out.println("ERR " + error);
      System.exit(1);
    }
  }
}
