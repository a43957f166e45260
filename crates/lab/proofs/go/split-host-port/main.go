// Takes the address of a connection apart in the way that its argument names, for each line
// `address port zone` of its input, or the host's own address.
package main

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
)

// end is a connection of which only the near end is known.
type end struct {
	net.Conn
	addr net.Addr
}

func (e end) LocalAddr() net.Addr { return e.addr }

func (e end) RemoteAddr() net.Addr { return e.addr }

var programs = map[string]func(net.IP, int, string) string{
	"host of a UDPAddr": func(ip net.IP, port int, zone string) string {
		return udpHost(end{addr: &net.UDPAddr{IP: ip, Port: port, Zone: zone}})
	},
	"port of a TCPAddr": func(ip net.IP, port int, zone string) string {
		return tcpPort(end{addr: &net.TCPAddr{IP: ip, Port: port, Zone: zone}})
	},
	"host of an Addr": func(ip net.IP, port int, zone string) string {
		return anyHost(end{addr: &net.TCPAddr{IP: ip, Port: port, Zone: zone}})
	},
}

// Programs that are given the text itself.
var texts = map[string]func(string) string{
	"host of a peer": func(text string) string {
		return peerHost(&http.Request{RemoteAddr: text})
	},
	"host of a request": func(text string) string {
		return requestHost(&http.Request{Host: text})
	},
	"port of a request": func(text string) string {
		return requestPort(&http.Request{Host: text})
	},
	"exactly two": pair,
}

func main() {
	if os.Args[1] == "own host" {
		fmt.Println(ownHost())
		return
	}
	if program, ok := texts[os.Args[1]]; ok {
		for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
			fmt.Println(program(lines.Text()))
		}
		return
	}
	program := programs[os.Args[1]]
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		words := append(strings.Split(lines.Text(), " "), "")
		port, err := strconv.Atoi(words[1])
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(program(net.ParseIP(words[0]), port, words[2]))
	}
}

func ownHost() string {
	conn, err := net.Dial("udp", "8.8.8.8:80")
	if err != nil {
		conn, err = net.Dial("udp", "[2001:4860:4860::8888]:80")
	}
	if err != nil {
		return err.Error()
	}
	defer conn.Close()
	localAddr := conn.LocalAddr().(*net.UDPAddr)
	return strings.Split(localAddr.String(), ":")[0]
}

func udpHost(conn net.Conn) string {
	localAddr := conn.LocalAddr().(*net.UDPAddr)
	return strings.Split(localAddr.String(), ":")[0]
}

func tcpPort(conn net.Conn) string {
	peer := conn.RemoteAddr().(*net.TCPAddr)
	return strings.Split(peer.String(), ":")[1]
}

func anyHost(conn net.Conn) string {
	host := strings.SplitN(conn.LocalAddr().String(), ":", 2)[0]
	return host
}

func peerHost(req *http.Request) string {
	return strings.Split(req.RemoteAddr, ":")[0]
}

func requestHost(req *http.Request) string {
	return strings.Split(req.Host, ":")[0]
}

func requestPort(req *http.Request) string {
	parts := strings.SplitN(req.Host, ":", 2)
	if len(parts) < 2 {
		return "none"
	}
	return parts[1]
}

func pair(hostport string) string {
	parts := strings.Split(hostport, ":")
	if len(parts) != 2 {
		return "no pair: " + hostport
	}
	return parts[0] + " and " + parts[1]
}
