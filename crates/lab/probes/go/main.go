// Command probe listens in the way its first argument names, on the port of its second.
// The names are those of spellings/go.toml.
package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"syscall"
)

func fail(err error) {
	fmt.Println("ERR", err)
	os.Exit(1)
}

func must(err error) {
	if err != nil {
		fail(err)
	}
}

func host(a net.Addr) string {
	h, _, _ := net.SplitHostPort(a.String())
	return h
}

func serve(l net.Listener) {
	for {
		c, err := l.Accept()
		must(err)
		fmt.Fprintf(c, "PEER %s\n", host(c.RemoteAddr()))
		c.Close()
	}
}

func echo(p net.PacketConn) {
	b := make([]byte, 500)
	for {
		_, a, err := p.ReadFrom(b)
		must(err)
		p.WriteTo([]byte("PEER "+host(a)+"\n"), a)
	}
}

// ips are the addresses that programs write as Go values.
var ips = map[string]net.IP{
	"IPv4zero":        net.IPv4zero,
	"IPv4(0,0,0,0)":   net.IPv4(0, 0, 0, 0),
	"IPv6zero":        net.IPv6zero,
	"IPv6unspecified": net.IPv6unspecified,
	"IPv6loopback":    net.IPv6loopback,
	"nil":             nil,
}

// accept4 switches IPV6_V6ONLY off, for sockets of the networks given.
func accept4(networks string) net.ListenConfig {
	return net.ListenConfig{Control: func(network, _ string, c syscall.RawConn) error {
		if !strings.Contains(networks, network) {
			return nil
		}
		var err error
		c.Control(func(fd uintptr) {
			err = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_IPV6, syscall.IPV6_V6ONLY, 0)
		})
		return err
	}}
}

// serveAll serves on every pair of network and address that can be listened on, at least one.
func serveAll(pairs [][2]string) {
	n := 0
	for _, p := range pairs {
		l, err := net.Listen(p[0], p[1])
		if err != nil {
			fmt.Println("left out:", err)
			continue
		}
		n++
		go serve(l)
	}
	if n == 0 {
		fail(fmt.Errorf("no address can be listened on"))
	}
	select {}
}

func main() {
	port := os.Args[2]
	number, _ := strconv.Atoi(port)
	// what, network and host of "listen tcp 0.0.0.0"
	words := append(strings.Split(os.Args[1], " "), "", "")
	what, network, arg := words[0], words[1], words[2]
	address := arg + ":" + port
	switch what {
	case "listen":
		l, err := net.Listen(network, address)
		must(err)
		serve(l)
	case "packet":
		p, err := net.ListenPacket(network, address)
		must(err)
		echo(p)
	case "http":
		must(http.ListenAndServe(network+":"+port, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h, _, _ := net.SplitHostPort(r.RemoteAddr)
			fmt.Fprintf(w, "PEER %s\n", h)
		})))
	case "tcpaddr":
		l, err := net.ListenTCP(network, &net.TCPAddr{IP: ips[arg], Port: number})
		must(err)
		serve(l)
	case "udpaddr":
		p, err := net.ListenUDP(network, &net.UDPAddr{IP: ips[arg], Port: number})
		must(err)
		echo(p)
	case "resolve":
		a, err := net.ResolveTCPAddr(network, address)
		must(err)
		l, err := net.ListenTCP(network, a)
		must(err)
		serve(l)
	case "config":
		lc := accept4("tcp4 tcp6")
		l, err := lc.Listen(context.Background(), "tcp", ":"+port)
		must(err)
		serve(l)
	case "config-or-tcp4":
		lc := accept4("tcp6")
		l, err := lc.Listen(context.Background(), "tcp6", "[::]:"+port)
		if err != nil {
			l, err = net.Listen("tcp4", "0.0.0.0:"+port)
		}
		must(err)
		serve(l)
	case "two-wildcards":
		serveAll([][2]string{{"tcp6", "[::]:" + port}, {"tcp4", "0.0.0.0:" + port}})
	case "two-loopbacks":
		serveAll([][2]string{{"tcp", "127.0.0.1:" + port}, {"tcp", "[::1]:" + port}})
	case "add-tcp6":
		l, err := net.Listen("tcp", ":"+port)
		must(err)
		if l.Addr().(*net.TCPAddr).IP.To4() != nil {
			if l6, err := net.Listen("tcp6", "[::]:"+port); err == nil {
				go serve(l6)
			}
		}
		serve(l)
	default:
		fail(fmt.Errorf("unknown spelling %q", os.Args[1]))
	}
}
