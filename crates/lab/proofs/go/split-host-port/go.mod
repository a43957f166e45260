module example.com/proofs/split-host-port

go 1.21
