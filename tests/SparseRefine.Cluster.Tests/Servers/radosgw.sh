#!/usr/bin/env bash
# radosgw.sh FOLDER PORT MONITOR-PORT: Debian's radosgw on loopback with what it needs, a monitor and an OSD that keeps its objects in memory, all in FOLDER. Says "ready" and stays;
# whoever ends it ends what it started, too. The users are tests and reader, with the secrets tests-secret and reader-secret.
set -euo pipefail
dir=$1
port=$2
monitor=$3
cluster=$(cat /proc/sys/kernel/random/uuid)
osd=$(cat /proc/sys/kernel/random/uuid)
mkdir "$dir/mon" "$dir/osd" "$dir/rgw"
cat >"$dir/ceph.conf" <<CONF
[global]
fsid = $cluster
mon host = [v2:127.0.0.1:$monitor]
mon initial members = a
public addr = 127.0.0.1
public network = 127.0.0.0/8
ms bind ipv6 = false
auth allow insecure global id reclaim = true
keyring = $dir/keyring
run dir = $dir
crash dir = $dir
log file =
admin socket = $dir/\$name.\$pid.asok
mon data = $dir/mon
mon allow pool size one = true
mon data avail crit = 1
osd data = $dir/osd
osd objectstore = memstore
memstore device bytes = 4294967296
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
rgw data = $dir/rgw
rgw frontends = beast endpoint=127.0.0.1:$port
CONF
export CEPH_CONF=$dir/ceph.conf
processes=()
trap 'kill -9 "${processes[@]}" 2>/dev/null || true' EXIT

ceph-authtool --create-keyring "$dir/keyring" --gen-key -n mon. --cap mon 'allow *'
ceph-authtool "$dir/keyring" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *'
monmaptool --create --fsid "$cluster" --addv a "[v2:127.0.0.1:$monitor]" "$dir/monmap"
ceph-mon --mkfs -i a --monmap "$dir/monmap" --keyring "$dir/keyring"
ceph-mon -f -i a &
processes+=($!)
ceph osd new "$osd" 0
ceph auth get-or-create osd.0 mon 'allow profile osd' osd 'allow *' >>"$dir/keyring"
ceph-osd --mkfs -i 0 --osd-uuid "$osd"
ceph-osd -f -i 0 &
processes+=($!)
radosgw -f -n client.admin &
processes+=($!)
radosgw-admin user create --uid tests --display-name tests --access-key tests --secret-key tests-secret
radosgw-admin user create --uid reader --display-name reader --access-key reader --secret-key reader-secret
until (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do sleep 0.1; done
echo ready
wait
