/** Manual 3.2, words and order as there; "profile" is ours. */
export const helpText = `zsha is a proprietary, high-availability suite that protects ZStack management services from running online for long periods of time.

usage:
zsha [-h] [-v]

All sub-commands
  install [-p] ROOT-PASSWORD [-c] CONFIGURATION-FILE-PATH
                        Install Mode, Need a root password for all HA nodes, Need a configuration file path
  uninstall --yes-i-really-really-mean-it
                        uninstall from all nodes
  check-config CONFIGURATION-FILE-PATH
                        check configuration file
  config-sample [CephConf|FileConf]
                        output sample config json file to /tmp/sample.CephConf.config.json
                        or /tmp/sample.FileConf.config.json
  export-config         output current config json file to /tmp/current.config.json
  import-config CONFIGURATION-FILE-PATH
                        update configuration to HA cluster
  migrate xxx.xxx.xxx.xxx
                        migrate to target HA host, ip or hostname should be provided
  status                show status
  status-conf           show status with current configuration
  profile [default|fast]
                        show how soon a lost node is replaced, or change it (--tune-ceph: Ceph's options too)
  stop                  close MN-VM and all zs-ha services in cluster, consul will continue to operate
  start                 start all zs-ha services in cluster, if consul service is stopped, it will also be started

optional arguments:
  -h                    show this help message
  -v                    show version, print execution details
  --json                with any sub-command: print one JSON document instead of text
`;
