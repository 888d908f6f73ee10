#!/usr/bin/env bash
# Figures of one job on many machines, on this machine: plan of a million paths; two workers against one job of two threads; SIGTERM to return; overhead of a slice; start to the first photo.
# cluster-figures.sh MODEL PHOTOS [PATHS]: PHOTOS is a folder of photos that take a second or so each. SPARSEREFINE names the tool ("dotnet .../SparseRefine.Cli.dll"). Needs Debian's rabbitmq-server.
set -uo pipefail
model=$(realpath "${1:?usage: cluster-figures.sh MODEL PHOTOS [PATHS]}") photos=$(realpath "${2:?}") paths=${3:-1000000}
tool=${SPARSEREFINE:-sparserefine}
work=$(mktemp -d)
port=${PORT:-5683}
cd "$work" || exit 1
export SPARSEREFINE_BROKER_USER=guest SPARSEREFINE_BROKER_PASSWORD=guest

end() {
    [ -s "$work/pid" ] && kill "$(cat "$work/pid")"
    wait "${server:-}" 2>/dev/null
    kill "${epmd:-}" 2>/dev/null
    rm -rf "$work"
}
trap end EXIT
(
    export HOME=$work RABBITMQ_NODENAME=figures$port@localhost RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 RABBITMQ_NODE_PORT=$port RABBITMQ_DIST_PORT=$((port + 20000)) ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT=$((port + 1000))
    export RABBITMQ_MNESIA_BASE=$work/mnesia RABBITMQ_LOG_BASE=$work/log RABBITMQ_PID_FILE=$work/pid RABBITMQ_CONF_ENV_FILE=/dev/null RABBITMQ_ENABLED_PLUGINS_FILE=$work/plugins RABBITMQ_CONFIG_FILE=$work/none
    epmd -port "$ERL_EPMD_PORT" -address 127.0.0.1 &
    echo $! >epmd
    exec /usr/lib/rabbitmq/bin/rabbitmq-server >server.txt 2>&1
) &
server=$!
until grep -q 'completed with' server.txt 2>/dev/null; do sleep 0.2; done
epmd=$(cat epmd)
broker=amqp://127.0.0.1:$port

# seconds COMMAND...: wall-clock seconds and peak resident megabytes of a command.
seconds() {
    /usr/bin/time -f '%e s, %M kB' -o time.txt "$@" >out.txt 2>&1 || { cat out.txt; return 1; }
    cat time.txt
}

echo "== plan of $paths paths"
awk -v n="$paths" 'BEGIN { for (i = 0; i < n; i++) printf "/mnt/photos/%03d/street/%09d.jpg\n", i / 10000, i }' >paths.txt
seconds $tool plan --model "$model" --list paths.txt --root /mnt --out million --slices $(((paths + 299) / 300)) --broker $broker
cat out.txt

count=$(find "$photos" -type f | wc -l)
echo "== $count photos: one job of two threads"
seconds $tool score --model "$model" --images "$photos" --out one --workers 2 --threads 2 --quiet
slices=$((count < 8 ? count : 8))
echo "== two workers of a thread each, $slices slices, their start included"
$tool plan --model "$model" --images "$photos" --out job --slices $slices --broker $broker >plan.txt || cat plan.txt
start=$(date +%s.%N)
for i in 0 1; do
    $tool work --out job --broker $broker --threads 1 --scratch scratch --max-idle 2s >"worker$i.txt" &
    workers[i]=$!
done
until [ "$(find job/journals -name '*.jsonl' 2>/dev/null | wc -l)" = "$slices" ]; do sleep 0.1; done
echo "$(echo "$(date +%s.%N) - $start" | bc) s until the last journal"
wait "${workers[@]}"
grep -h ^slice worker?.txt

echo "== start of a worker to its first result, and SIGTERM to the slice's return"
$tool plan --model "$model" --images "$photos" --out back --slices 1 --broker $broker >plan.txt || cat plan.txt
start=$(date +%s.%N)
$tool work --out back --broker $broker --threads 2 --scratch scratch2 >worker.txt &
worker=$!
until find back/results -name '*.png' 2>/dev/null | grep -q .; do sleep 0.05; done
echo "$(echo "$(date +%s.%N) - $start" | bc) s to the first result"
start=$(date +%s.%N)
kill -TERM $worker
wait $worker
echo "$(echo "$(date +%s.%N) - $start" | bc) s from SIGTERM to the end; $(tail -1 worker.txt)"
$tool status --out back --broker $broker

echo "== overhead: one slice by work against the same photos by score, two threads, process start included in both"
seconds $tool plan --model "$model" --images "$photos" --out whole --slices 1
seconds $tool work --out whole --slice 0 --workers 2 --threads 2 --scratch scratch3
