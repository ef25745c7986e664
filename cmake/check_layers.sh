#!/bin/sh
# Checks that every folder under src/ includes only headers of the folders its row names (docs: ARCHITECTURE.md, "Layers").
# Usage: check_layers.sh SRC_DIR. Prints each forbidden include and exits 1 if there is one.
src=$1
allowed() {
  case $1 in
    base)      echo "base" ;;
    json)      echo "base json" ;;
    kube)      echo "base json kube" ;;
    api)       echo "base json kube api" ;;
    store)     echo "base store" ;;
    client)    echo "base json kube api client" ;;
    engine)    echo "base json kube api client engine" ;;
    apiserver) echo "base json kube api store client apiserver" ;;
    hub)       echo "base json kube api client engine hub" ;;
    member)    echo "base json kube api client engine member" ;;
    sim)       echo "base json kube api store client engine apiserver hub member sim" ;;
    view)      echo "base json kube api client engine view" ;;
    cli)       echo "base json kube api client engine view cli" ;;
    web)       echo "base json kube api client engine view web" ;;
    app)       echo "base json kube api store client engine apiserver hub member sim view cli web app" ;;
    *)         echo "" ;;
  esac
}
status=0
for folder in "$src"/*/; do
  layer=$(basename "$folder")
  may=$(allowed "$layer")
  if [ -z "$may" ]; then
    echo "src/$layer is not a layer: add it to cmake/check_layers.sh and ARCHITECTURE.md" >&2
    status=1
    continue
  fi
  bad=$(grep -rnoE '#include "[a-z_]+/' "$folder" --include='*.h' --include='*.cpp' | while IFS= read -r line; do
    used=${line##*\"}; used=${used%/}
    case " $may " in *" $used "*) ;; *) echo "$line: $layer may not use $used (it may use: $may)" ;; esac
  done)
  if [ -n "$bad" ]; then echo "$bad" >&2; status=1; fi
done
exit $status
