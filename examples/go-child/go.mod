module example.org/go-child

go 1.19
