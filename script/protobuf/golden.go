package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// How much of an object is set.
type mode string

const (
	empty    mode = "empty"    // nothing
	full     mode = "full"     // every field
	pointers mode = "pointers" // every pointer, to the zero value; every list and map, with one zero member
)

type filler struct {
	mode  mode
	skip  string // the type that stays empty
	count int64
}

func (f *filler) number() int64 {
	f.count++
	if f.count%7 == 0 {
		return -f.count
	}
	return f.count
}

// Sets v, which is settable, and everything below it.
func (f *filler) fill(v reflect.Value) {
	if f.mode == full && f.fillSpecial(v) {
		return
	}
	if _, found := special[typeName(v.Type())]; found || (f.skip != "" && typeName(v.Type()) == f.skip) {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem())
	case reflect.Struct:
		for i := 0; i < v.NumField(); i++ {
			if tag := v.Type().Field(i).Tag.Get("protobuf"); tag != "" && tag != "-" {
				f.fill(v.Field(i))
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			if f.mode == full {
				v.SetBytes([]byte{0, 0xff, byte(f.number())})
			}
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		f.fill(v.Index(0))
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		value := reflect.New(v.Type().Elem()).Elem()
		f.fill(value)
		if value.Kind() == reflect.Slice && value.IsNil() {
			value.Set(reflect.MakeSlice(value.Type(), 0, 0))
		}
		key := reflect.New(v.Type().Key()).Elem()
		key.SetString(f.text())
		v.SetMapIndex(key, value)
	case reflect.String:
		v.SetString(f.text())
	case reflect.Bool:
		v.SetBool(f.mode == full)
	case reflect.Int32, reflect.Int64:
		if f.mode == full {
			v.SetInt(f.number())
		}
	default:
		panic(v.Type().String())
	}
}

func (f *filler) text() string {
	if f.mode != full {
		return ""
	}
	return fmt.Sprintf("té<%d", f.number())
}

func (f *filler) fillSpecial(v reflect.Value) bool {
	at := time.Unix(1_700_000_000+f.count, 123_456_000).UTC()
	switch it := v.Addr().Interface().(type) {
	case *metav1.Time:
		*it = metav1.NewTime(at.Truncate(time.Second))
	case *metav1.MicroTime:
		*it = metav1.NewMicroTime(at)
	case *metav1.FieldsV1:
		it.Raw = []byte(`{"f:a":{"f:b":{}}}`)
	case *runtime.RawExtension:
		it.Raw = []byte(`{"b":[1,2.5,null],"a":"x"}`)
	case *resource.Quantity:
		*it = resource.MustParse([]string{"100m", "1Gi", "12e3", "-5"}[f.count%4])
	case *intstr.IntOrString:
		*it = intstr.FromInt32(int32(f.number()))
		if f.count%2 == 0 {
			*it = intstr.FromString("50%")
		}
	default:
		return false
	}
	return true
}

func writeGolden(path string) {
	scheme := runtime.NewScheme()
	serializer := protobuf.NewSerializer(scheme, scheme)
	file, err := os.Create(path)
	check(err)
	defer file.Close()
	fmt.Fprintln(file, "# Written by script/protobuf: kind and how much is set, the bytes a Go client sends (base64), the JSON that Go writes.")
	for _, r := range roots {
		for _, m := range []mode{empty, full, pointers} {
			value := reflect.New(reflect.TypeOf(r.value))
			kind := value.Elem().Type().Name()
			if m != empty {
				f := filler{mode: m}
				if kind != "Deployment" {
					f.skip = "core.v1.PodTemplateSpec" // once is enough
				}
				f.fill(value.Elem())
			}
			apiVersion := r.apiVersion
			if apiVersion == "" {
				apiVersion = "v1"
			}
			object := value.Interface().(runtime.Object)
			object.GetObjectKind().SetGroupVersionKind(schema.FromAPIVersionAndKind(apiVersion, kind))
			var wire bytes.Buffer
			check(serializer.Encode(object, &wire))
			text, err := json.Marshal(object)
			check(err)
			fmt.Fprintf(file, "%s %s %s\t%s\t%s\n", apiVersion, kind, m, base64.StdEncoding.EncodeToString(wire.Bytes()), text)
		}
	}
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
