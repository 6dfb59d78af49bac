# Results flow until the machine's power is cut from outside; each one that a consumer had goes to the third serial line.
writeSettings '{ "triggers": { "gpio": null, "schedule": { "everySeconds": 0.5 } } }'
mosquitto_sub -h 127.0.0.1 -R -F '%p' -t 'leafseg/v1/hil/r1/capture' >/dev/ttyS2 &
startAgent
sleep 3600
