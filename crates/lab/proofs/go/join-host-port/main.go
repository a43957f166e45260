// Puts together what stands on each line of its input, in the way that its argument names.
package main

import (
	"bufio"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"
)

var programs = map[string]func(string) string{
	"net.IP":        ip,
	"netip.Addr":    addr,
	"SplitHostPort": split,
	"Hostname":      hostname,
	"URL":           inURL,
	"field":         field,
	"sum":           sum,
}

func main() {
	program := programs[os.Args[1]]
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		fmt.Println(program(lines.Text()))
	}
}

func ip(line string) string {
	words := strings.Split(line, " ")
	host := net.ParseIP(words[0])
	port, err := strconv.Atoi(words[1])
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%s:%d", host, port)
}

func addr(line string) string {
	words := strings.Split(line, " ")
	host, err := netip.ParseAddr(words[0])
	if err != nil {
		return err.Error()
	}
	return endpoint(host, words[1])
}

func endpoint(host netip.Addr, port string) string {
	return "tcp://" + host.String() + ":" + port
}

func split(line string) string {
	host, port, err := net.SplitHostPort(line)
	if err != nil {
		return err.Error()
	}
	return host + ":" + port
}

func hostname(line string) string {
	u, err := url.Parse(line)
	if err != nil {
		return err.Error()
	}
	host := u.Hostname()
	port := u.Port()
	return fmt.Sprintf("http://%s:%s/health", host, port)
}

// A string that may have its brackets, behind a scheme.
func inURL(line string) string {
	words := strings.Split(line, " ")
	var host, port string = words[0], words[1]
	return fmt.Sprintf("http://%s:%s/health", host, port)
}

// A string that may have its brackets, where nothing but a host and a port can stand.
func field(line string) string {
	words := strings.Split(line, " ")
	var host, port string = words[0], words[1]
	target := url.URL{Scheme: "http", Host: fmt.Sprintf("%s:%s", host, port)}
	return target.Host
}

// A string that is called an IP address, with names among what it holds all the same.
func sum(line string) string {
	words := strings.Split(line, " ")
	var podIP, port string = words[0], words[1]
	address := podIP + ":" + port
	return address
}
