import type { HaConfig } from "@/contract/ha-config";

/** The manual's own sample (1.2.6.2): what `config-sample` writes and a new form starts from. */
export function sampleConfig(type: HaConfig["Type"]): HaConfig {
  return {
    Node: ["192.168.255.205 ceph-1", "192.168.255.221 ceph-2", "192.168.255.183 ceph-3"],
    MemorySizeInGB: 8,
    CPU: 4,
    Type: type,
    MonAddrs: type === "CephConf" ? ["192.168.200.100:6789", "192.168.200.125:6789", "192.168.200.160:6789"] : [],
    ChronyServers: ["192.168.255.205"],
    PoolName: type === "CephConf" ? "zstack" : "",
    ImageFolder: "/storage/",
    DNS: ["172.20.0.1", "223.5.5.5"],
    Network: [
      {
        Bridge: "br_zsn0",
        MacAddress: "02:98:54:4b:a5:c0",
        Ipaddr: "172.20.198.24@ceph-1, 172.20.200.24@ceph-2, 172.20.210.24@ceph-3",
        Netmask: "255.255.255.0@ceph-1, 255.255.255.0@ceph-2, 255.255.255.0@ceph-3",
        Gateway: "172.20.198.1@ceph-1, 172.20.200.1@ceph-2, 172.20.210.1@ceph-3",
        IsMgmt: true,
        IsDefRoute: false,
      },
      {
        Bridge: "br_zsn1",
        MacAddress: "f6:75:d8:5d:73:73",
        Ipaddr: "203.114.54.10",
        Netmask: "255.255.255.0",
        Gateway: "203.114.54.1",
        IsMgmt: false,
        IsDefRoute: true,
      },
    ],
    ConsoleProxyOverriddenIP: "",
    AllowResetRootPassword: false,
  };
}
