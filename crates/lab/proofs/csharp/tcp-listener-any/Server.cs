using System;
using System.Net;
using System.Net.Sockets;
using System.Text;

// Listens in the way that its first argument names, on the port of its second.
static class Server
{
    static TcpListener Listen(string how, int port)
    {
        switch (how)
        {
            case "any":
                return new TcpListener(IPAddress.Any, port);
            default:
                return new TcpListener(port);
        }
    }

    static void Main(string[] args)
    {
        try
        {
            var listener = Listen(args[0], int.Parse(args[1]));
            listener.Start();
            while (true)
            {
                using (var client = listener.AcceptTcpClient())
                {
                    client.GetStream().Write(Encoding.ASCII.GetBytes("hello\n"), 0, 6);
                }
            }
        }
        catch (Exception e)
        {
            Console.WriteLine("ERR " + e.Message);
            Environment.Exit(1);
        }
    }
}
