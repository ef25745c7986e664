package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"

	extinstall "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/install"
	"k8s.io/apiextensions-apiserver/pkg/registry/customresourcedefinition"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	jsonserializer "k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	_ "k8s.io/kubernetes/pkg/apis/coordination/install"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	_ "k8s.io/kubernetes/pkg/apis/discovery/install"
	_ "k8s.io/kubernetes/pkg/apis/rbac/install"
	"k8s.io/kubernetes/pkg/printers"
	"k8s.io/kubernetes/pkg/printers/internalversion"
	"k8s.io/kubernetes/pkg/registry/apps/deployment"
	"k8s.io/kubernetes/pkg/registry/apps/replicaset"
	"k8s.io/kubernetes/pkg/registry/coordination/lease"
	"k8s.io/kubernetes/pkg/registry/core/configmap"
	"k8s.io/kubernetes/pkg/registry/core/endpoint"
	"k8s.io/kubernetes/pkg/registry/core/event"
	"k8s.io/kubernetes/pkg/registry/core/namespace"
	"k8s.io/kubernetes/pkg/registry/core/node"
	"k8s.io/kubernetes/pkg/registry/core/pod"
	"k8s.io/kubernetes/pkg/registry/core/secret"
	"k8s.io/kubernetes/pkg/registry/core/service"
	"k8s.io/kubernetes/pkg/registry/core/serviceaccount"
	"k8s.io/kubernetes/pkg/registry/discovery/endpointslice"
	"k8s.io/kubernetes/pkg/registry/rbac/clusterrole"
	"k8s.io/kubernetes/pkg/registry/rbac/clusterrolebinding"
	"k8s.io/kubernetes/pkg/registry/rbac/role"
	"k8s.io/kubernetes/pkg/registry/rbac/rolebinding"
)

type testCase struct {
	Name   string          `json:"name"`
	Object json.RawMessage `json:"object"`
	Old    json.RawMessage `json:"old,omitempty"` // the object is an update of this one
	Want   answer          `json:"want"`
}

type cause struct {
	Field   string `json:"field"`
	Message string `json:"message"`
	Reason  string `json:"reason"`
}

type answer struct {
	Causes      []cause         `json:"causes,omitempty"`
	Cells       []any           `json:"cells,omitempty"`
	Columns     []string        `json:"columns,omitempty"` // with the first case of a kind
	DecodeError string          `json:"decodeError,omitempty"`
	Prepared    json.RawMessage `json:"prepared,omitempty"` // what would be stored, if there is nothing to refuse
	Pruned      json.RawMessage `json:"pruned,omitempty"`   // after the typed decoder; not for objects with moving times
	Unknown     []string        `json:"unknown,omitempty"`
}

type strategy interface {
	rest.RESTCreateStrategy
	rest.RESTUpdateStrategy
}

var (
	crdScheme = runtime.NewScheme()
	tables    = printers.NewTableGenerator().With(internalversion.AddHandlers)
	kinds     = map[string]strategy{
		"ClusterRole": clusterrole.Strategy, "ClusterRoleBinding": clusterrolebinding.Strategy, "ConfigMap": configmap.Strategy,
		"CustomResourceDefinition": customresourcedefinition.NewStrategy(crdScheme), "Deployment": deployment.Strategy,
		"Endpoints": endpoint.Strategy, "EndpointSlice": endpointslice.Strategy, "Event": event.Strategy, "Lease": lease.Strategy,
		"Namespace": namespace.Strategy, "Node": node.Strategy, "Pod": pod.Strategy, "ReplicaSet": replicaset.Strategy,
		"Role": role.Strategy, "RoleBinding": rolebinding.Strategy, "Secret": secret.Strategy, "Service": service.Strategy,
		"ServiceAccount": serviceaccount.Strategy,
	}
)

func schemeOf(kind string) *runtime.Scheme {
	if kind == "CustomResourceDefinition" {
		return crdScheme
	}
	return legacyscheme.Scheme
}

var movingTime = regexp.MustCompile(`@-([0-9]+)(u?)`)

func fillTimes(raw []byte, now time.Time) []byte {
	return movingTime.ReplaceAllFunc(raw, func(found []byte) []byte {
		parts := movingTime.FindSubmatch(found)
		ago, _ := time.ParseDuration(string(parts[1]) + "s")
		layout := time.RFC3339
		if len(parts[2]) > 0 {
			layout = metav1.RFC3339Micro
		}
		return []byte(now.Add(-ago).UTC().Format(layout))
	})
}

// JSON without nulls, which say nothing, and without what is not the catalogue's to set.
func plain(object runtime.Object) (json.RawMessage, error) {
	text, err := json.Marshal(object)
	if err != nil {
		return nil, err
	}
	var value map[string]any
	if err := json.Unmarshal(text, &value); err != nil {
		return nil, err
	}
	dropNulls(value)
	if metadata, ok := value["metadata"].(map[string]any); ok {
		delete(metadata, "generation")
	}
	return encode(value)
}

func dropNulls(value any) {
	switch v := value.(type) {
	case map[string]any:
		for key, member := range v {
			if member == nil {
				delete(v, key)
			} else {
				dropNulls(member)
			}
		}
	case []any:
		for _, one := range v {
			dropNulls(one)
		}
	}
}

func encode(value any) (json.RawMessage, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSpace(out.Bytes()), err
}

func decode(raw []byte) (runtime.Object, []string, error) {
	var header metav1.TypeMeta
	if err := json.Unmarshal(raw, &header); err != nil {
		return nil, nil, err
	}
	scheme := schemeOf(header.Kind)
	serializer := jsonserializer.NewSerializerWithOptions(jsonserializer.DefaultMetaFactory, scheme, scheme,
		jsonserializer.SerializerOptions{Strict: true})
	object, _, err := serializer.Decode(raw, nil, nil)
	strict, isStrict := runtime.AsStrictDecodingError(err)
	if !isStrict {
		return object, nil, err
	}
	var unknown []string
	for _, problem := range strict.Errors() {
		unknown = append(unknown, strings.TrimSuffix(strings.TrimPrefix(problem.Error(), `unknown field "`), `"`))
	}
	return object, unknown, nil
}

// Causes that are not the catalogue's (names and labels are the registry's), or a second way to say the same.
func isOurs(one cause) bool {
	switch {
	case one.Field == "metadata.name" && strings.Contains(one.Message, "RFC 1123"):
		return false
	case strings.HasPrefix(one.Field, "status.storedVersions"):
		return strings.Contains(one.Message, "missing from")
	}
	return !strings.HasSuffix(one.Message, ": must be a valid IP address")
}

// The object as it would be stored, and why it would not.
func store(kind strategy, gvk schema.GroupVersionKind, object, old runtime.Object) (runtime.Object, []cause, error) {
	scheme := schemeOf(gvk.Kind)
	internal := schema.GroupVersion{Group: gvk.Group, Version: runtime.APIVersionInternal}
	next, err := scheme.ConvertToVersion(object, internal)
	if err != nil {
		return nil, nil, err
	}
	ctx := request.WithNamespace(context.Background(), metav1.NamespaceDefault)
	ctx = request.WithRequestInfo(ctx, &request.RequestInfo{APIGroup: gvk.Group, APIVersion: gvk.Version})
	var problems field.ErrorList
	if old == nil {
		kind.PrepareForCreate(ctx, next)
		problems = kind.Validate(ctx, next)
	} else {
		before, err := scheme.ConvertToVersion(old, internal)
		if err != nil {
			return nil, nil, err
		}
		kind.PrepareForUpdate(ctx, next, before)
		problems = kind.ValidateUpdate(ctx, next, before)
	}
	var causes []cause
	for _, problem := range problems {
		message, _, _ := strings.Cut(problem.ErrorBody(), "\n")
		if one := (cause{problem.Field, message, string(problem.Type)}); isOurs(one) {
			causes = append(causes, one)
		}
	}
	stored, err := scheme.ConvertToVersion(next, gvk.GroupVersion())
	if err == nil {
		stored.GetObjectKind().SetGroupVersionKind(gvk)
	}
	return stored, causes, err
}

func printRow(gvk schema.GroupVersionKind, object runtime.Object, want *answer, withColumns bool) error {
	internal, err := schemeOf(gvk.Kind).ConvertToVersion(object, schema.GroupVersion{Group: gvk.Group, Version: runtime.APIVersionInternal})
	if err != nil {
		return err
	}
	table, err := tables.GenerateTable(internal, printers.GenerateOptions{Wide: true})
	if err != nil {
		return nil // no printer of its own
	}
	want.Cells = table.Rows[0].Cells
	for _, column := range table.ColumnDefinitions {
		if withColumns {
			want.Columns = append(want.Columns, fmt.Sprintf("%s %s %s %d", column.Name, column.Type, column.Format, column.Priority))
		}
	}
	return nil
}

func fill(one *testCase, now time.Time, seen map[string]bool) error {
	one.Want = answer{}
	object, unknown, err := decode(fillTimes(one.Object, now))
	one.Want.Unknown = unknown
	if err != nil {
		one.Want.DecodeError = err.Error()
		return nil
	}
	gvk := object.GetObjectKind().GroupVersionKind()
	isStill := !movingTime.Match(one.Object)
	if isStill {
		if one.Want.Pruned, err = plain(object); err != nil {
			return err
		}
	}
	schemeOf(gvk.Kind).Default(object)
	if err := printRow(gvk, object, &one.Want, !seen[gvk.Kind]); err != nil {
		return err
	}
	seen[gvk.Kind] = true
	var old runtime.Object
	if one.Old != nil {
		if old, _, err = decode(fillTimes(one.Old, now)); err != nil {
			return err
		}
		schemeOf(gvk.Kind).Default(old)
	}
	stored, causes, err := store(kinds[gvk.Kind], gvk, object, old)
	if err != nil {
		return err
	}
	one.Want.Causes = causes
	if isStill && len(causes) == 0 {
		one.Want.Prepared, err = plain(stored)
	}
	return err
}

func fillCases(file string) error {
	extinstall.Install(crdScheme)
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var whole struct {
		Cases []*testCase `json:"cases"`
	}
	if err := json.Unmarshal(text, &whole); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	now := time.Now()
	seen := map[string]bool{}
	lines := []string{}
	for _, one := range whole.Cases {
		if err := fill(one, now, seen); err != nil {
			return fmt.Errorf("%s: %w", one.Name, err)
		}
		line, err := encode(one)
		if err != nil {
			return err
		}
		lines = append(lines, string(line))
	}
	out := fmt.Sprintf("{\"now\": %q, \"cases\": [\n%s\n]}\n", now.UTC().Format(time.RFC3339), strings.Join(lines, ",\n"))
	return os.WriteFile(file, []byte(out), 0o644)
}
