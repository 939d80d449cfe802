/** What is said of faults and their repair. Part of the catalogue in contract/sentences.ts. */
export const recoverySentences = {
  "recovery-node-well": "{node} serves",
  "recovery-node-meant": "{node} was switched off on purpose",
  "recovery-node-off": "{node} has no power: its management controller says so",
  "recovery-node-silent":
    "{node} answers on neither network. It has no power, it hangs, or all its links are cut: from here nobody can tell which. Look at its lamps",
  "recovery-node-silent-alone": "{node} does not answer the panel, and no other node is there to ask",
  "recovery-node-powered": "{node} has power and answers on neither network: it hangs, or all its links are cut",
  "recovery-node-no-management": "{node} lives, but its management network is cut",
  "recovery-node-no-storage": "{node} answers the panel, but its storage network is cut",
  "recovery-node-no-ssh":
    "{node} answers the other nodes, but not this panel: look at ssh there and at the panel's own network",
  "recovery-node-no-consul": "{node} is on and connected, but its Consul does not serve yet",
  "recovery-node-unasked":
    "{node} answers the panel, Consul has lost it, and no other node could be asked about its storage network",
  "recovery-ha-quiet": "HA had nothing to do.",
  "recovery-ha-no-majority":
    "HA can do nothing: without a majority of the nodes nobody may start the management VM, because it could then run twice. It starts by itself once a majority is back.",
  "recovery-ha-took-over": "HA moved the management VM from {from} to {node} at {at}, {seconds}.",
  "recovery-seconds": "in {seconds} s",
  "recovery-unmeasured": "in a time nobody measured",
  "recovery-ha-not-yet":
    "The management VM ran on {nodes}, and no other node runs it yet. The HA card says which node may and why others may not.",
  "recovery-ha-stays":
    "The management VM runs on at {node}: its lock and its image are on the storage network, which is well, so HA has no reason to move it. People reach it again once the management network is back.",
  "recovery-ha-nothing": "HA had nothing to do: the management VM runs on {node}, which is not concerned.",
  "recovery-ha-unclear": "What HA did about it cannot be told from what is read now.",
  "recovery-vm-not-moved": "no other node runs the management VM yet",
  "recovery-power-on": "they have power",
  "recovery-power-off": "no power: {nodes}",
  "recovery-power-unread": "the power of {nodes} cannot be read: look at the lamps, press the button",
  "recovery-not-answering": "no answer yet: {nodes}",
  "recovery-answering": "the operating system answers",
  "recovery-networks-pass": "both networks pass",
  "recovery-copying": "{unclean} placement groups are not clean yet: Ceph copies what was written meanwhile",
  "recovery-services-run": "HA runs on {nodes}",
  "recovery-hosts": "the hosts at the platform",
  "recovery-hosts-connected": "connected at the platform: {nodes}",
  "recovery-hosts-away": "not connected at the platform: {nodes}",
} as const satisfies Record<string, string>;
