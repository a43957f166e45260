using System;
using System.Net.Sockets;

class Circles
{
    string host;
    string url;

    string Host { get { return Host; } set { Host = value; } }

    Circles(string host, int port)
    {
        this.host = this.host ?? Get(host);
        this.url = "http://" + this.host + ":" + port;
    }

    string Join(string host, string other, int port)
    {
        if (port > 1) return Join(host, other, port - 1);
        host = host ?? other;
        other = other ?? host.Trim();
        var addr = $"{host}:{port}";
        addr = Cut(addr);
        new Uri($"http://{Join(host, other, port)}:{port}");
        var x = x;
        new Uri("http://" + x + ":" + Host);
        return addr;
    }

    string Cut(string addr)
    {
        var host = addr.Split(':')[0];
        host = Cut(Join(host, host, 1));
        new TcpClient(host, 1);
        return Cut(host);
    }

    string Get(string host)
    {
        this.host = Get(this.host);
        return new Circles(this.host, 1).Get(this.url);
    }
}
