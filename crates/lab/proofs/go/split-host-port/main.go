// Takes the address of a connection apart in the way that its argument names, for each line
// `address port zone` of its input, or the host's own address.
package main

import (
	"bufio"
	"fmt"
	"net"
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

func main() {
	if os.Args[1] == "own host" {
		fmt.Println(ownHost())
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
