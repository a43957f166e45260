// Puts together what stands on each line of its input, in the way that its argument names.
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;

public class Main {
    public static void main(String[] arguments) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] words = line.split(" ", -1);
            int port = Integer.parseInt(words[1]);
            System.out.println(arguments[0].equals("InetAddress") ? address(words[0], port) : text(words[0], port));
        }
    }

    static String address(String word, int port) throws Exception {
        InetAddress address = InetAddress.getByName(word);
        return address.getHostAddress() + ":" + port;
    }

    static String text(String host, int port) {
        return host + ":" + port;
    }
}
