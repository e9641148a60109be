#!/bin/sh
# Does `jacquard bench --compare` cry wolf? Makes a report, compares further runs with it, and says how many found something
# slower: on a quiet machine none. Options go to `jacquard bench`.
#
#   benchmarks/steady.sh [--only PATTERN] [--seconds S] ...
#   RUNS=5   how many are compared
set -u
jacquard=$(CDPATH='' cd -- "${0%/*}/.." && pwd -P)/jacquard
place=$(mktemp -d) || exit
"$jacquard" bench "$@" --out "$place/first" || exit
found=0
run=0
while [ "$run" -lt "${RUNS:-5}" ]; do
  run=$((run + 1))
  "$jacquard" bench "$@" --compare "$place/first.json" --out "$place/$run" >"$place/$run.log"
  code=$?
  grep -E '^(Compared|SLOWER|None)' "$place/$run.log"
  case $code in
    0) ;;
    3) found=$((found + 1)) ;;
    *) cat "$place/$run.log"; exit "$code" ;;
  esac
done
echo "$found of $run runs found something slower. The reports are in $place."
[ "$found" = 0 ]
