import java.net.Socket;
import java.net.URL;

class Circles {
    String host = this.host;
    int port;
    String url;

    Circles(String host, int port) {
        this.host = get(host);
        this.url = "http://" + this.host + ":" + port;
    }

    String join(String host, String other, int port) throws Exception {
        if (port > 1) {
            return join(host, other, port - 1);
        }
        host = host != null ? host : other;
        other = host.trim();
        host = other;
        String addr = host + ":" + port;
        addr = cut(addr);
        new URL("http://" + join(host, other, port) + ":" + port);
        String x = x;
        new URL("http://" + x + ":" + port);
        return addr;
    }

    String cut(String addr) throws Exception {
        String host = addr.split(":")[0];
        host = cut(join(host, host, 1));
        new Socket(host, 1);
        return cut(host);
    }

    String get(String host) {
        this.host = get(this.host);
        return new Circles(this.host, 1).get(this.url);
    }

    String getHost() {
        return getHost();
    }

    void setHost(String host) {
        setHost(getHost());
        this.url = "http://" + getHost() + ":" + port;
    }
}
