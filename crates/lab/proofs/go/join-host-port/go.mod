module example.com/proofs/join-host-port

go 1.21
