# The camera keeps what its driver is set to, and gives what is asked for.
addChip rig
v4l2-ctl --device /dev/video0 --set-fmt-video width=1280,height=720,pixelformat=UYVY >/dev/null
writeSettings '{}'
startAgent
checkWithin 240 "ready with the driver's own size" agentIsReady || return
check "the log tells size and format in use" journalSays "1280 x 720 pixels, UYVY"
pulse rig 5 20
checkWithin 120 "a capture" capturesAre 1
check "of the driver's own size" sh -c "grep -m1 '/capture {' $said | grep -q '\"width\":1280,\"height\":720'"
stopsCleanly "the driver's own size"

writeSettings '{ "camera": { "device": { "width": 640, "height": 360, "format": "YUYV" } } }'
startAgent
checkWithin 240 "ready with another size" agentIsReady || return
check "the log tells it" journalSays "640 x 360 pixels, YUYV"
stopsCleanly "another size"
