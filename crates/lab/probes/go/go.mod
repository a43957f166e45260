module probe

go 1.20
