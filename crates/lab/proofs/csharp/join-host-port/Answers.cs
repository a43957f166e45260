// Puts together what stands on each line of its input, in the way that its argument names.
using System;
using System.Net;
using System.Text;

class Answers
{
    static string Template(string host, string port)
    {
        return $"http://{host}:{port}/health";
    }

    static string SumAddress(string podIp, string port)
    {
        return podIp + ":" + port;
    }

    static string FormatAddress(string podIp, string port)
    {
        return string.Format("{0}:{1}", podIp, port);
    }

    static string BuilderAddress(string podIp, string port)
    {
        return new StringBuilder().Append(podIp).Append(':').Append(port).ToString();
    }

    static string EndPoint(IPEndPoint endpoint)
    {
        return endpoint.Address + ":" + endpoint.Port;
    }

    static string Answer(string program, string name, string number)
    {
        switch (program)
        {
            case "template": return Template(name, number);
            case "sum": return SumAddress(name, number);
            case "format": return FormatAddress(name, number);
            case "builder": return BuilderAddress(name, number);
            default: return EndPoint(new IPEndPoint(IPAddress.Parse(name), int.Parse(number)));
        }
    }

    static void Main(string[] arguments)
    {
        for (string line = Console.ReadLine(); line != null; line = Console.ReadLine())
        {
            string[] words = line.Split(' ');
            Console.WriteLine(Answer(arguments[0], words[0], words[1]));
        }
    }
}
