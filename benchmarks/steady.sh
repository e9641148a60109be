#!/bin/sh
# Is `jacquard bench --compare` to be trusted here? Makes a report, compares further runs with it, and says how many found
# something slower: on a quiet machine none; and how many figures agreed within their spreads. Then the first report is made
# faster, as if everything had become slower by 20 % since: that must be found.
#
#   benchmarks/steady.sh [OPTIONS]   options of `jacquard bench`; without any, a share of the workloads, on the CPU
#   RUNS=5                           how many are compared
set -u
jacquard=$(CDPATH='' cd -- "${0%/*}/.." && pwd -P)/jacquard
[ $# -gt 0 ] || set -- --backends cpu --seconds 0.5 \
  --only '^(copy|multiply|matmul (64|256|512|1024)|add|gelu|sum 16|softmax|layer norm 1024x1024$|conv 3x3 N32 C64|train (mlp 784-128|cnn)|predict cnn batch (1|64)$|one)'
place=$(mktemp -d) || exit
"$jacquard" bench "$@" --out "$place/first" || exit
found=0
run=0
while [ "$run" -lt "${RUNS:-5}" ]; do
  run=$((run + 1))
  "$jacquard" bench "$@" --compare "$place/first.json" --out "$place/$run" >"$place/$run.log"
  code=$?
  grep -E '^(Note|Compared|They|  .*before|SLOWER|None|[0-9]+ slower)' "$place/$run.log"
  case $code in
    0) ;;
    3) found=$((found + 1)) ;;
    *) cat "$place/$run.log"; exit "$code" ;;
  esac
done
echo "$found of $run runs found something slower."

# Every time of the first report, of a figure ("nanos") and of its processes, divided by 1.2.
awk '{
  out = ""
  while (match($0, /"nanos" *: *[0-9.eE+-]+/)) {
    pair = substr($0, RSTART, RLENGTH)
    sub(/.*: */, "", pair)
    out = out substr($0, 1, RSTART - 1) "\"nanos\":" sprintf("%.6f", pair / 1.2)
    $0 = substr($0, RSTART + RLENGTH)
  }
  $0 = out $0
  if (/"processes"/) inside = 1
  if (inside && /^ *[0-9.eE+-]+,? *$/) $0 = sprintf("%.6f", $1 / 1.2) (/,/ ? "," : "")
  if (/]/) inside = 0
  print
}' "$place/first.json" >"$place/faster.json" || exit
echo "As if all had become slower by 20 %:"
"$jacquard" bench --from "$place/$run.json" --compare "$place/faster.json" --out "$place/slowed" | grep '^Compared'
echo "The reports are in $place."
[ "$found" = 0 ]
