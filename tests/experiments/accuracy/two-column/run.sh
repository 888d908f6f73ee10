#!/usr/bin/env bash
# run.sh TOOL DENSE DATA OUT [POINT...]: fits and measures the points of the table, one JSON file each; points that have a file are left out.
# TOOL starts sparserefine; DENSE is samples/models/facades-low.onnx; DATA holds images and labels, each with train, valid and test, and classes.csv.
# POINTS: names of the case below; all of them unless given. FIT_ONLY=1 leaves the measuring for later, on an idle machine.
set -euo pipefail
tool=$1 dense=$(realpath "$2") data=$(realpath "$3") out=$4
shift 4
points=("$@")
[ ${#points[@]} -gt 0 ] || points=(two-column-learned-0.1 two-column-fraction-0.1 sparse-refine-learned-0.1 sparse-refine-fraction-0.1 two-column-learned-0.3 two-column-learned-1)
mkdir -p "$out"

# every SPLIT N FIRST: links to each N-th photo of a split and its labels; short fits do not need all of them.
every() {
    mkdir -p "$out/photos/$1/images" "$out/photos/$1/labels"
    local photo
    find "$data/images/$1" -type f -printf '%f\n' | sort | awk -v n="$2" -v most="$3" 'NR % n == 1 && taken++ < most' | while read -r photo; do
        ln -sf "$data/images/$1/$photo" "$out/photos/$1/images/"
        ln -sf "$data/labels/$1/${photo%.*}.png" "$out/photos/$1/labels/"
    done
}
every train 3 120
every valid 5 7

for point in "${points[@]}"; do
    if [ -e "$out/$point.json" ]; then
        continue
    fi
    method=${point%-*-*}
    selector=${point#"$method"-}
    more=(--planes 16,32,64 --dense-features relu_86)

    # As many multiply-adds as the fine column of 16,32,64, whose units are not residual.
    [ "$method" = two-column ] || more=(--planes 12,24,48 --residual --dense-features relu_86)
    if [ ! -e "$out/$point.sparserefine" ]; then
        $tool fit --dense "$dense" --size 448x448 --classes "$data/classes.csv" \
            --images "$out/photos/train/images" --labels "$out/photos/train/labels" \
            --validation-images "$out/photos/valid/images" --validation-labels "$out/photos/valid/labels" \
            --method "$method" --selector "${selector/-/:}" "${more[@]}" --reps 1 --residual false --dice 0 --crops 1 --patience 0 --keep-anyway \
            --crop 512x512 --random-scale 1-1 --batch 2 --epochs "${EPOCHS:-2}" --learning-rate 0.003 --photometric 0.3 --average-weights 0.95 \
            --workspace "$out/$point.work" --out "$out/$point.sparserefine"
    fi
    [ -z "${FIT_ONLY:-}" ] || continue
    measure=($tool evaluate --model "$out/$point.sparserefine" --images "$data/images/test" --labels "$data/labels/test")
    if [ "$point" = two-column-learned-0.1 ]; then
        # The same weights with another cut: what the sparsity costs, and what it saves.
        for share in 0.05 0.3 1; do
            "${measure[@]}" --selector "learned:$share" --json "$out/$point.at-$share.json"
        done
    fi
    "${measure[@]}" --json "$out/$point.json"
done
python3 "$(dirname "$0")/table.py" "$out"
