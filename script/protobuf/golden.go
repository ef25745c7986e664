package main

func writeGolden(string) {}
