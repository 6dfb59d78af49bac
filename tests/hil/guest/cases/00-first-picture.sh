# A stranger's first picture: the commands of docs/devices.md, to the letter, on a machine that has never seen LeafSeg.
if [ -e /usr/lib/leafseg ]; then
  dpkg --purge leafseg-agent >/dev/null
fi
# A stranger's machine has a clock that is kept by NTP, and the doctor asks for one.
/hil/lines keep-clock
began=$(date +%s)
cd /root && cp /hil/leafseg-agent.deb "leafseg-agent_$(dpkg-deb --field /hil/leafseg-agent.deb Version)_amd64.deb"
said=/run/hil/first
while read -r command; do
  check "$command" bash -c "$command" </dev/null
done </hil/first-picture
check "at most five commands" test "$(wc -l </hil/first-picture)" -le 5
check "the first picture is a JPEG" sh -c 'head -c 3 first.jpg | od -An -tx1 | grep -q "ff d8 ff"'
checkWithin 60 "and its result is acknowledged" sh -c 'curl --silent http://127.0.0.1:8080/status.json | jq -e ".outbox_depth == 0"'
echo "# $(($(date +%s) - began)) s from the package to the first picture"
rm -f /root/*.deb /root/first.jpg
systemctl disable --quiet --now leafseg-agent
