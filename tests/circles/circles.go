package main

import (
	"fmt"
	"net"
	"strings"
)

type server struct {
	host, addr string
	port       int
}

func join(host string, port int) string {
	if port > 3 {
		return join(host, port-1)
	}
	a := host
	b := a
	a = b
	addr := fmt.Sprintf("%s:%d", a, port)
	addr = cut(addr)
	net.Dial("tcp", addr)
	return addr
}

func cut(addr string) string {
	host := strings.Split(addr, ":")[0]
	host = join(host, 3)
	host = cut(host)
	return cut(join(host, 4))
}

func swap(host, other string, port int) {
	host, other = other, host
	host = strings.TrimSpace(host)
	x := x
	y := func() string { return y() }
	net.Dial("tcp", x+":"+y())
	net.Dial("tcp", fmt.Sprintf("%s:%d", host, port))
}

func (s *server) set(host string) {
	s.host = s.get(host)
	s.addr = s.addr + fmt.Sprintf("%s:%d", s.host, s.port)
	s.set(s.addr)
}

func (s *server) get(host string) string {
	s.set(host)
	return s.get(s.host)
}
