// Tells what becomes of a listener on each of several addresses, and of a client that dials them.
using System;
using System.Net;
using System.Net.Sockets;

class Sockets
{
    static readonly string[] Addresses = { "127.0.0.1", "0.0.0.0", "::1", "::" };

    static string Listen(IPEndPoint endPoint)
    {
        var listener = new TcpListener(endPoint);
        listener.Server.DualMode = (endPoint.AddressFamily == AddressFamily.InterNetworkV6);
        listener.Start();
        try
        {
            return endPoint.AddressFamily + " " + (endPoint.AddressFamily == AddressFamily.InterNetworkV6 && listener.Server.DualMode);
        }
        finally
        {
            listener.Stop();
        }
    }

    static TcpClient Create()
    {
        var client = new TcpClient(AddressFamily.InterNetworkV6)
        {
            SendTimeout = 1000,
            Client = { DualMode = true }
        };
        return client;
    }

    static string Dial(IPAddress address)
    {
        var listener = new TcpListener(address, 8080);
        listener.Start();
        try
        {
            var client = Create();
            client.Connect(address, 8080);
            client.Close();
            return "connected";
        }
        finally
        {
            listener.Stop();
        }
    }

    static string Answer(string program, IPAddress address)
    {
        try
        {
            return program == "listener" ? Listen(new IPEndPoint(address, 8080)) : Dial(address);
        }
        catch (Exception error)
        {
            return error.GetType().Name;
        }
    }

    static void Main(string[] arguments)
    {
        foreach (string address in Addresses)
        {
            Console.WriteLine(Answer(arguments[0], IPAddress.Parse(address)));
        }
    }
}
