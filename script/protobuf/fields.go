package main

import (
	"fmt"
	"reflect"
	"sort"
	"strconv"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	batchv1 "k8s.io/api/batch/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	eventsv1 "k8s.io/api/events/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

type root struct {
	apiVersion string // "" for kinds that every group has
	value      any
}

// The kinds whose objects clients send in protobuf. Kinds are in the order of the table in which they are looked up.
var roots = []root{
	{"", metav1.DeleteOptions{}},
	{"", metav1.Status{}},
	{"apps/v1", appsv1.ControllerRevision{}},
	{"apps/v1", appsv1.DaemonSet{}},
	{"apps/v1", appsv1.Deployment{}},
	{"apps/v1", appsv1.ReplicaSet{}},
	{"apps/v1", appsv1.StatefulSet{}},
	{"authentication.k8s.io/v1", authenticationv1.SelfSubjectReview{}},
	{"authentication.k8s.io/v1", authenticationv1.TokenRequest{}},
	{"authentication.k8s.io/v1", authenticationv1.TokenReview{}},
	{"authorization.k8s.io/v1", authorizationv1.LocalSubjectAccessReview{}},
	{"authorization.k8s.io/v1", authorizationv1.SelfSubjectAccessReview{}},
	{"authorization.k8s.io/v1", authorizationv1.SelfSubjectRulesReview{}},
	{"authorization.k8s.io/v1", authorizationv1.SubjectAccessReview{}},
	{"autoscaling/v1", autoscalingv1.Scale{}},
	{"batch/v1", batchv1.CronJob{}},
	{"batch/v1", batchv1.Job{}},
	{"coordination.k8s.io/v1", coordinationv1.Lease{}},
	{"discovery.k8s.io/v1", discoveryv1.EndpointSlice{}},
	{"events.k8s.io/v1", eventsv1.Event{}},
	{"networking.k8s.io/v1", networkingv1.Ingress{}},
	{"networking.k8s.io/v1", networkingv1.IngressClass{}},
	{"networking.k8s.io/v1", networkingv1.NetworkPolicy{}},
	{"policy/v1", policyv1.Eviction{}},
	{"policy/v1", policyv1.PodDisruptionBudget{}},
	{"rbac.authorization.k8s.io/v1", rbacv1.ClusterRole{}},
	{"rbac.authorization.k8s.io/v1", rbacv1.ClusterRoleBinding{}},
	{"rbac.authorization.k8s.io/v1", rbacv1.Role{}},
	{"rbac.authorization.k8s.io/v1", rbacv1.RoleBinding{}},
	{"scheduling.k8s.io/v1", schedulingv1.PriorityClass{}},
	{"storage.k8s.io/v1", storagev1.StorageClass{}},
	{"v1", corev1.Binding{}},
	{"v1", corev1.ConfigMap{}},
	{"v1", corev1.Endpoints{}},
	{"v1", corev1.Event{}},
	{"v1", corev1.LimitRange{}},
	{"v1", corev1.Namespace{}},
	{"v1", corev1.Node{}},
	{"v1", corev1.PersistentVolume{}},
	{"v1", corev1.PersistentVolumeClaim{}},
	{"v1", corev1.Pod{}},
	{"v1", corev1.ReplicationController{}},
	{"v1", corev1.ResourceQuota{}},
	{"v1", corev1.Secret{}},
	{"v1", corev1.Service{}},
	{"v1", corev1.ServiceAccount{}},
}

// Types with a JSON form of their own.
var special = map[string]string{
	"meta.v1.Time":         "time",
	"meta.v1.MicroTime":    "micro_time",
	"meta.v1.FieldsV1":     "raw_json",
	"runtime.RawExtension": "raw_json",
	"resource.Quantity":    "quantity",
	"intstr.IntOrString":   "int_or_string",
}

type field struct {
	number          int
	name            string
	kind            string
	message         string
	shape           string // "one", "list", "map"
	pointer, always bool
	inline          bool
}

// "core.v1.Pod", "meta.v1.ObjectMeta", "intstr.IntOrString".
func typeName(t reflect.Type) string {
	parts := strings.Split(t.PkgPath(), "/")
	last := parts[len(parts)-1]
	if len(last) > 1 && last[0] == 'v' && last[1] >= '0' && last[1] <= '9' {
		last = parts[len(parts)-2] + "." + last
	}
	return last + "." + t.Name()
}

func classify(t reflect.Type) (kind, message string) {
	if kind, found := special[typeName(t)]; found {
		return kind, ""
	}
	switch t.Kind() {
	case reflect.String:
		return "text", ""
	case reflect.Bool:
		return "boolean", ""
	case reflect.Int32:
		return "int32", ""
	case reflect.Int64:
		return "int64", ""
	case reflect.Struct:
		return "message", typeName(t)
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "bytes", ""
		}
		if t.Name() != "" && t.Elem().Kind() == reflect.String {
			return "text_list", ""
		}
	}
	panic("no kind for " + t.String())
}

func fieldOf(f reflect.StructField, tag string) field {
	number, err := strconv.Atoi(strings.Split(tag, ",")[1])
	if err != nil {
		panic(err)
	}
	json := strings.Split(f.Tag.Get("json"), ",")
	options := map[string]bool{}
	for _, option := range json[1:] {
		options[option] = true
	}
	t := f.Type
	out := field{number: number, name: json[0], shape: "one", inline: options["inline"] || (f.Anonymous && json[0] == "")}
	named := t.Name() != "" && t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.String
	switch {
	case t.Kind() == reflect.Pointer:
		out.pointer = true
		t = t.Elem()
	case t.Kind() == reflect.Map:
		out.shape = "map"
		if t.Key().Kind() != reflect.String {
			panic("key of " + f.Name)
		}
		t = t.Elem()
	case t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8 && (!named || isPlainList(tag)):
		out.shape = "list"
		t = t.Elem()
		if t.Kind() == reflect.Pointer {
			panic("list of pointers: " + f.Name)
		}
	}
	out.kind, out.message = classify(t)
	// omitempty never leaves out a struct; omitzero does.
	isStruct := out.shape == "one" && !out.pointer && t.Kind() == reflect.Struct
	out.always = !options["omitzero"] && (!options["omitempty"] || isStruct)
	return out
}

// A named list of strings is a message {repeated string items = 1} unless its field is repeated itself.
func isPlainList(tag string) bool { return strings.Contains(","+tag+",", ",rep,") }

func fieldsOf(t reflect.Type, visit func(reflect.Type)) []field {
	var out []field
	for i := 0; i < t.NumField(); i++ {
		f := t.Field(i)
		tag := f.Tag.Get("protobuf")
		if tag == "" || tag == "-" || strings.HasPrefix(f.Tag.Get("json"), "-") {
			continue
		}
		it := fieldOf(f, tag)
		out = append(out, it)
		if it.kind == "message" {
			inner := f.Type
			for inner.Kind() == reflect.Pointer || inner.Kind() == reflect.Slice || inner.Kind() == reflect.Map {
				inner = inner.Elem()
			}
			visit(inner)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].number < out[j].number })
	return out
}

func collect() (names []string, messages map[string][]field) {
	messages = map[string][]field{}
	open := map[string]bool{}
	var visit func(reflect.Type)
	visit = func(t reflect.Type) {
		name := typeName(t)
		if open[name] {
			panic(name + " contains itself: the decoder's recursion would follow the input")
		}
		if _, known := messages[name]; known {
			return
		}
		open[name] = true
		messages[name] = fieldsOf(t, visit)
		open[name] = false
	}
	for _, r := range roots {
		visit(reflect.TypeOf(r.value))
	}
	for name := range messages {
		names = append(names, name)
	}
	sort.Strings(names)
	return names, messages
}

func printFields() {
	names, messages := collect()
	index := map[string]int{}
	for i, name := range names {
		index[name] = i
	}
	fmt.Print(`// Written by script/protobuf from the Go types of k8s.io/api: change that program, not this table.

#include "kube/protobuf_fields.h"

namespace slipway::kube::protobuf {
namespace {

// clang-format off
using enum Kind;
constexpr auto one = Shape::one, list = Shape::list, map = Shape::map;
constexpr bool pointer = true, plain = false;    // a pointer in Go: also its zero value is written
constexpr bool always = true, if_set = false;    // written also when it has no value

// number, JSON name ("" for members that stand in the parent), kind, message, shape, pointer, always
constexpr Field fields[] = {
`)
	begin := map[string]int{}
	count := 0
	for i, name := range names {
		begin[name] = count
		fmt.Printf("  // %d: %s\n", i, name)
		var rows []string
		for _, f := range messages[name] {
			json := f.name
			if f.inline {
				json = ""
			} else if json == "" {
				panic(name + " has a field without a name")
			}
			message := 0
			if f.kind == "message" {
				message = index[f.message]
			}
			rows = append(rows, fmt.Sprintf("{%d, %q, %s, %d, %s, %s, %s},", f.number, json, f.kind, message, f.shape,
				pick(f.pointer, "pointer", "plain"), pick(f.always, "always", "if_set")))
			count++
		}
		printWrapped(rows)
	}
	fmt.Print("};\n\n// first field, number of fields\nconstexpr Message messages[] = {\n")
	var rows []string
	for _, name := range names {
		rows = append(rows, fmt.Sprintf("{%d, %d},", begin[name], len(messages[name])))
	}
	printWrapped(rows)
	fmt.Print("};\n\nconstexpr Root roots[] = {\n")
	for _, r := range roots {
		t := reflect.TypeOf(r.value)
		fmt.Printf("  {%q, %q, %d},\n", r.apiVersion, t.Name(), index[typeName(t)])
	}
	fmt.Print(`};
// clang-format on

}  // namespace

std::span<const Field> fields_of(std::uint16_t message) {
  return std::span(fields).subspan(messages[message].first, messages[message].count);
}

std::span<const Root> all_roots() { return roots; }

}  // namespace slipway::kube::protobuf
`)
}

func pick(condition bool, yes, no string) string {
	if condition {
		return yes
	}
	return no
}

// As many words on a line as 120 columns hold.
func printWrapped(words []string) {
	line := " "
	for _, word := range words {
		if len(line)+1+len(word) > 120 {
			fmt.Println(line)
			line = " "
		}
		line += " " + word
	}
	if line != " " {
		fmt.Println(line)
	}
}
