// Command catalogue lists the goods of the shop.
package main

import (
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
)

var port string

func init() {
	flag.StringVar(&port, "port", "8081", "port to listen on")
}

// endpoint is where the tracer is told that this service lives.
func endpoint() string {
	// Find our own address.
	conn, err := net.Dial("udp", "8.8.8.8:80")
	if err != nil {
		log.Println("no address:", err)
		os.Exit(1)
	}
	defer conn.Close()
	localAddr := conn.LocalAddr().(*net.UDPAddr)
	host := strings.Split(localAddr.String(), ":")[0]
	return fmt.Sprintf("%v:%v", host, port)
}

func main() {
	flag.Parse()
	self := endpoint()
	http.HandleFunc("/catalogue", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "socks from %s\n", self)
	})
	log.Printf("catalogue %s listens on port %s", self, port)
	log.Fatal(http.ListenAndServe("0.0.0.0:"+port, nil))
}
