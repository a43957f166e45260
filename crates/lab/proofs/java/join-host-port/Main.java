// Puts together what stands on each line of its input, in the way that its argument names.
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.util.Objects;

public class Main {
    public static void main(String[] arguments) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] words = line.split(" ", -1);
            int port = Integer.parseInt(words[1]);
            System.out.println(answer(arguments[0], words[0], port));
        }
    }

    static String answer(String program, String word, int port) throws Exception {
        switch (program) {
            case "InetAddress":
                return address(word, port);
            case "checked":
                return checkedAddress(word, port);
            case "required":
                return required(word, port);
            case "made":
                return madeAddress(word, port);
            default:
                return anyAddress(word, port);
        }
    }

    static String checkedAddress(String podIp, int port) {
        if (podIp == null) {
            throw new IllegalArgumentException("no address");
        }
        return podIp + ":" + port;
    }

    static String required(String host, int port) {
        Objects.requireNonNull(host);
        return "http://" + host + ":" + port + "/health";
    }

    static String madeAddress(String word, int port) {
        String podIp = word.trim();
        return String.format("%s:%d", podIp, port);
    }

    static String address(String word, int port) throws Exception {
        InetAddress address = InetAddress.getByName(word);
        return address.getHostAddress() + ":" + port;
    }

    static String anyAddress(String host, int port) {
        return host + ":" + port;
    }
}
