// Writes what src/api/builtin_* takes from Kubernetes, and what its test compares with, from Kubernetes' own Go code:
//
//	cd script/builtin
//	go run . fields ../../src/api
//	go run . cases ../../test/data/builtin/*.json
//
// "fields" writes the tables of types and members (builtin_fields_table_*.cpp). "cases" reads the objects of the named files and
// fills in anew what Kubernetes makes of each; a new case is an object with a name and no "want".
// Needed only when Kubernetes' types change or a case is added; neither the build nor the tests run it.
package main

import (
	"fmt"
	"os"
)

func main() {
	var err error
	switch {
	case len(os.Args) == 3 && os.Args[1] == "fields":
		err = writeTables(os.Args[2])
	case len(os.Args) > 2 && os.Args[1] == "cases":
		for _, file := range os.Args[2:] {
			if err == nil {
				err = fillCases(file)
			}
		}
	default:
		err = fmt.Errorf("usage: go run . fields DIRECTORY | cases FILE...")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
