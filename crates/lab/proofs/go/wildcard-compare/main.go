// Tells of what stands on each line of its input whether it is the wildcard address.
package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
)

var programs = map[string]func(string) string{"equal": equal, "unequal": unequal, "case": byCase}

func main() {
	program := programs[os.Args[1]]
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		fmt.Println(program(lines.Text()))
	}
}

func equal(host string) string {
	if host == "0.0.0.0" {
		return "all"
	}
	return "one"
}

func unequal(host string) string {
	if host != net.IPv4zero.String() {
		return "one"
	}
	return "all"
}

func byCase(host string) string {
	switch host {
	case "0.0.0.0":
		return "all"
	}
	return "one"
}
