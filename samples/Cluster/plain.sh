#!/usr/bin/env bash
# One job on one machine by a broker of its own (Debian's rabbitmq-server, on loopback, nothing of it stays): plain.sh MODEL PHOTOS JOB [WORKERS]
# With a broker that runs already set BROKER=amqp://host; workers on other machines run the line with `work`.
set -uo pipefail
model=${1:?usage: plain.sh MODEL PHOTOS JOB [WORKERS]} photos=${2:?} job=${3:?} count=${4:-2}
tool=${SPARSEREFINE:-sparserefine}
work=$(mktemp -d)
server= epmd=
end() {
    [ ! -e "$work/pid" ] || kill "$(cat "$work/pid")"
    [ -z "$server" ] || wait "$server"
    [ -z "$epmd" ] || kill "$epmd" 2>/dev/null
    rm -rf "$work"
}
trap end EXIT
if [ -z "${BROKER:-}" ]; then
    port=${PORT:-5673}
    export HOME=$work RABBITMQ_NODENAME=plain$port@localhost RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 RABBITMQ_NODE_PORT=$port RABBITMQ_DIST_PORT=$((port + 20000)) ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT=$((port + 1000))
    export RABBITMQ_MNESIA_BASE=$work/mnesia RABBITMQ_LOG_BASE=$work/log RABBITMQ_PID_FILE=$work/pid RABBITMQ_CONF_ENV_FILE=/dev/null RABBITMQ_ENABLED_PLUGINS_FILE=$work/plugins RABBITMQ_CONFIG_FILE=$work/none ERL_CRASH_DUMP=$work/crash
    epmd -port "$ERL_EPMD_PORT" -address 127.0.0.1 &
    epmd=$!
    /usr/lib/rabbitmq/bin/rabbitmq-server >"$work/server.txt" 2>&1 &
    server=$!
    until grep -qs 'completed with' "$work/server.txt"; do
        kill -0 $server 2>/dev/null || { tail -n 3 "$work/server.txt"; echo "plain.sh: no broker on port $port (with $((port + 20000)) and $((port + 1000))); name a free one: PORT=5700"; exit 1; }
        sleep 0.2
    done
    BROKER=amqp://127.0.0.1:$port
fi
$tool plan --model "$model" --images "$photos" --out "$job" --broker "$BROKER" ${PLAN:-} || exit
workers=()
for ((i = 0; i < count; i++)); do
    $tool work --out "$job" --broker "$BROKER" --scratch "$work/scratch" --max-idle 5s ${WORK:-} &
    workers+=($!)
done
for worker in "${workers[@]}"; do
    wait "$worker"
done
$tool status --out "$job" --broker "$BROKER"
$tool merge --journals "$job" --out "$job/journal.jsonl"
