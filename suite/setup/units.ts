import { suitePaths } from "@/contract/node-setup";

export const consulUnit = `[Unit]
Description=Consul agent of the HA suite
Wants=network-online.target
After=network-online.target zsha-firewall.service

[Service]
User=consul
Group=consul
ExecStart=/usr/bin/consul agent -config-dir=/etc/consul.d
ExecReload=/bin/kill -HUP $MAINPID
Restart=always
RestartSec=1
# What Consul says when it is stopped without leaving, which is how it shall stop.
SuccessExitStatus=1
LimitNOFILE=65536
# The agent's renewals decide who runs the management VM: it must not starve behind guests.
CPUWeight=1000
OOMScoreAdjust=-800
NoNewPrivileges=yes
CapabilityBoundingSet=
PrivateTmp=yes
ProtectHome=yes
ProtectSystem=strict
ReadWritePaths=${suitePaths.consulData}

[Install]
WantedBy=multi-user.target
`;

export const daemonUnit = `[Unit]
Description=High availability of the management VM
Wants=network-online.target consul.service libvirtd.service
# An image in a folder: without its mount the folder is another one.
After=network-online.target remote-fs.target consul.service libvirtd.service
StartLimitIntervalSec=0

[Service]
ExecStart=/usr/sbin/zshad
Restart=always
RestartSec=1
# Only zshad itself: a libvirt client in the middle of a migration must be allowed to end by itself.
KillMode=process
TimeoutStopSec=15
NotifyAccess=all
# Its event loop reports every few seconds; hung for longer than this it helps nobody and is started again.
WatchdogSec=30
OOMScoreAdjust=-900
CPUWeight=1000
LimitNOFILE=65536

[Install]
WantedBy=multi-user.target
`;

export const firewallUnit = `[Unit]
Description=Keeps strangers away from the HA suite's Consul
Before=consul.service
After=nftables.service
PartOf=nftables.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/nft -f ${suitePaths.configDirectory}/firewall.nft
ExecStop=-/usr/sbin/nft delete table inet zsha

[Install]
WantedBy=multi-user.target
`;
