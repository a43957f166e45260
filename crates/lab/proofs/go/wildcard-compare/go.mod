module example.com/proofs/outbound-probe

go 1.21
