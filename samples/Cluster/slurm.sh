#!/usr/bin/env bash
#SBATCH --job-name=sparserefine
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=2
#SBATCH --mem=4G
#SBATCH --time=00:30:00
#SBATCH --signal=B:TERM@30
#SBATCH --requeue
# A task of a Slurm array does the slice of its number: sbatch --array=0-99 slurm.sh /mnt/job. No broker. 30 seconds before its time is over, or where the node is wanted back, the tool is asked to
# end; what it has scored is kept for the next attempt.
set -uo pipefail
job=${1:?usage: sbatch --array=0-N slurm.sh JOB}
scratch=${SLURM_TMPDIR:-${TMPDIR:-/tmp}}/sparserefine-$(id -un)
${SPARSEREFINE:-sparserefine} work --out "$job" --slice "$SLURM_ARRAY_TASK_ID" --threads "${SLURM_CPUS_PER_TASK:-2}" --scratch "$scratch" &
tool=$!
trap 'kill -TERM $tool' TERM
# The first wait ends with the signal, the second with the tool.
wait $tool
code=$?
while kill -0 $tool 2>/dev/null; do
    wait $tool
    code=$?
done
exit $code
