// Writes the data of src/kube/protobuf.* and of its test from the Go types of k8s.io/api:
//
//	cd script/protobuf
//	go run . fields > ../../src/kube/protobuf_fields.cpp
//	go run . golden ../../test/data/protobuf/golden.tsv
//
// "fields" prints the table of messages and fields that the decoder reads. "golden" writes objects as a Go client sends
// them, each beside what encoding/json makes of it.
// Needed only when Kubernetes' types change; neither the build nor the tests run it.
package main

import (
	"fmt"
	"os"
)

func main() {
	switch {
	case len(os.Args) == 2 && os.Args[1] == "fields":
		printFields()
	case len(os.Args) == 3 && os.Args[1] == "golden":
		writeGolden(os.Args[2])
	default:
		fmt.Fprintln(os.Stderr, "usage: go run . fields | go run . golden FILE")
		os.Exit(2)
	}
}
