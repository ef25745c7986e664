package main

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"sort"
	"strings"

	apps "k8s.io/api/apps/v1"
	authentication "k8s.io/api/authentication/v1"
	authorization "k8s.io/api/authorization/v1"
	coordination "k8s.io/api/coordination/v1"
	core "k8s.io/api/core/v1"
	discovery "k8s.io/api/discovery/v1"
	rbac "k8s.io/api/rbac/v1"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

// The kinds of the catalogue. Everything they are made of follows.
var roots = []any{
	core.ConfigMap{}, core.Endpoints{}, core.Event{}, core.Namespace{}, core.Node{}, core.Pod{}, core.Secret{}, core.Service{},
	core.ServiceAccount{}, apps.Deployment{}, apps.ReplicaSet{}, authentication.SelfSubjectReview{},
	authorization.LocalSubjectAccessReview{}, authorization.SelfSubjectAccessReview{}, authorization.SelfSubjectRulesReview{},
	authorization.SubjectAccessReview{}, rbac.ClusterRole{}, rbac.ClusterRoleBinding{}, rbac.Role{}, rbac.RoleBinding{},
	apiextensions.CustomResourceDefinition{}, coordination.Lease{}, discovery.EndpointSlice{},
}

// Types with a JSON form of their own.
var special = map[string]string{
	"meta.v1.Time": "time", "meta.v1.MicroTime": "microtime", "api.resource.Quantity": "quantity", "util.intstr.IntOrString": "intorstring",
	"meta.v1.FieldsV1": "any", "pkg.runtime.RawExtension": "any", "apiextensions.v1.JSON": "any",
	"apiextensions.v1.JSONSchemaPropsOrBool": "schemaorbool", "apiextensions.v1.JSONSchemaPropsOrArray": "schemaorarray",
	"apiextensions.v1.JSONSchemaPropsOrStringArray": "schemaorstrings",
}

type member struct {
	name, kind string
	always     bool // no omitempty
}

type table map[string][]member

// "core.v1.Pod"
func typeName(t reflect.Type) string {
	parts := strings.Split(t.PkgPath(), "/")
	return strings.Join(append(parts[len(parts)-2:], t.Name()), ".")
}

func (all table) kind(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer:
		return "*" + all.kind(t.Elem())
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "bytes"
		}
		return "[]" + all.kind(t.Elem())
	case reflect.Map:
		return "{}" + all.kind(t.Elem())
	case reflect.Float64:
		return "double"
	case reflect.Struct:
		if kind, ok := special[typeName(t)]; ok {
			return kind
		}
		all.add(t)
		return typeName(t)
	}
	return t.Kind().String()
}

func (all table) members(t reflect.Type) (out []member) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" { // the inner type's members stand in this one
			inner := f.Type
			if inner.Kind() == reflect.Pointer {
				inner = inner.Elem()
			}
			if inner.Name() != "TypeMeta" {
				out = append(out, all.members(inner)...)
			}
			continue
		}
		out = append(out, member{name, all.kind(f.Type), !strings.Contains(options, "omitempty")})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].name < out[j].name })
	return out
}

func (all table) add(t reflect.Type) {
	name := typeName(t)
	if _, known := all[name]; !known {
		all[name] = nil
		all[name] = all.members(t)
	}
}

// One type, in lines of at most 148 characters of which all but the first begin with a space.
func (all table) lines(name string) string {
	const width = 148
	text, line := "", name
	for _, m := range all[name] {
		mark := ""
		if m.always {
			mark = "!"
		}
		word := m.name + mark + ":" + m.kind
		if len(line)+1+len(word) > width {
			text += line + "\n"
			line = ""
		}
		line += " " + word
	}
	return text + line + "\n"
}

func writeTables(directory string) error {
	all := table{}
	for _, root := range roots {
		all.add(reflect.TypeOf(root))
	}
	names := []string{}
	for name := range all {
		names = append(names, name)
	}
	sort.Strings(names)
	half := sort.SearchStrings(names, "core.v1.PersistentVolumeClaimTemplate")
	for _, part := range []struct {
		name, what string
		names      []string
	}{
		{"table_a_to_n", "Types up to core.v1.ObjectReference and its neighbours.", names[:half]},
		{"table_p_to_z", "Types from core.v1.PersistentVolumeClaimTemplate on.", names[half:]},
	} {
		text := ""
		for _, name := range part.names {
			text += all.lines(name)
		}
		source := fmt.Sprintf(`// Written by script/builtin: change that program, not this table.

#include "api/builtin_fields_table.h"

namespace slipway::api::fields {

// %s
const std::string_view %s = R"(
%s)";

}  // namespace slipway::api::fields
`, part.what, part.name, text)
		if err := os.WriteFile(filepath.Join(directory, "builtin_fields_"+part.name+".cpp"), []byte(source), 0o644); err != nil {
			return err
		}
	}
	return nil
}
