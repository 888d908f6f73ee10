#!/usr/bin/env bash
# Runs samples/Cluster/slurm.sh on Debian's slurm-wlm with one node, this machine: munge, slurmctld and slurmd in temporary folders, on loopback, ended at the end. As root.
# slurm-one-node.sh MODEL PHOTOS. SPARSEREFINE names the tool.
set -uo pipefail
model=$(realpath "${1:?usage: slurm-one-node.sh MODEL PHOTOS}") photos=$(realpath "${2:?}")
here=$(cd "$(dirname "$0")/../.." && pwd)
tool=${SPARSEREFINE:-sparserefine}
work=$(mktemp -d)
chmod 755 "$work"
host=$(hostname -s)
processes=()
end() {
    scontrol shutdown 2>/dev/null
    sleep 1
    for process in "${processes[@]}"; do kill "$process" 2>/dev/null; done
    wait
    rm -rf "$work"
}
trap end EXIT
mkdir -p "$work"/{munge,state,spool}
chmod 700 "$work/munge"
dd if=/dev/urandom of="$work/munge/key" bs=1024 count=1 2>/dev/null && chmod 400 "$work/munge/key"
munged --foreground --force --socket="$work/munge.socket" --key-file="$work/munge/key" --log-file="$work/munge/log" --pid-file="$work/munge/pid" --seed-file="$work/munge/seed" 2>"$work/munge.err" &
processes+=($!)
cat >"$work/slurm.conf" <<C
ClusterName=here
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$((20000 + $$ % 10000))
SlurmdPort=$((30000 + $$ % 10000))
AuthType=auth/munge
AuthInfo=socket=$work/munge.socket
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
ReturnToService=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 RealMemory=8000 State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
C
export SLURM_CONF=$work/slurm.conf
slurmctld -D -f "$SLURM_CONF" 2>"$work/slurmctld.err" &
processes+=($!)
slurmd -D -f "$SLURM_CONF" -N "$host" 2>"$work/slurmd.err" &
processes+=($!)
for ((i = 0; i < 300; i++)); do
    sinfo -h -o %t 2>/dev/null | grep -q idle && break
    sleep 0.2
done
sinfo || { tail -5 "$work"/*.log "$work"/*.err; exit 1; }
$tool plan --model "$model" --images "$photos" --out "$work/job" --slices 4 || exit
export SPARSEREFINE=$tool
sbatch --wait --array=0-3 --cpus-per-task=1 --mem=0 --output="$work/%a.txt" "$here/samples/Cluster/slurm.sh" "$work/job"
echo "sbatch: exit code $?"
cat "$work"/?.txt
$tool status --out "$work/job"
$tool merge --journals "$work/job" --out "$work/merged.jsonl"
