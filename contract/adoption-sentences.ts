/** Taking over a cluster that another panel deployed, and letting one go. */
export const adoptionSentences = {
  "adopt-no-nodes": "no node has been logged in to yet",
  "adopt-not-member": "{node} belongs to no cluster of the HA suite",
  "adopt-not-logged-in": "the panel has not logged in yet: install its key there, or read the node again",
  "adopt-unread": "{node} could not be asked: {reason}",
  "adopt-other-cluster": "{node} belongs to another cluster than {other}",
  "adopt-node-missing":
    "{node} belongs to this cluster too: switch it on and add it, so that you can compare its host key",
  "adopt-name-taken": "this panel has a cluster named {name} already: choose another name",
  "adopt-no-account": "the platform's password is missing: enter it, or choose that there is no platform",
  "adopt-held-back": "The cluster was not taken over: {because}.",
  "adopt-networks-unknown": "What the nodes say of their networks is not enough to change them: {because}.",
  "adopt-cluster-unknown": "What the nodes say of the cluster is not enough to change its members: {because}.",
  "adopt-reads-again": "Mend what is named and open this page again: the nodes are asked anew.",
  "adopt-key-missing":
    '{node} keeps no key of the cluster where the suite puts it ({path}): "zsha install" with the cluster\'s configuration writes it',
  "adopt-keys-differ":
    '{node} has other keys of the cluster than {other}: "zsha install" with the cluster\'s configuration makes them the same, or says why not',
  "adopt-network-unseen":
    "the {network} network of {node} is none that zs-network-setting could have made: look with zs-show-network, and make it with zs-network-setting",
  "adopt-networks-many":
    "{node} has more networks than storage, management and one for VM data: {devices}; delete those that nothing uses with zs-network-setting -d",
  "adopt-networks-differ":
    "the {network} network of {node} is {found}, that of {other} is {wanted}: make them alike with the zs- commands",
  "adopt-file-missing": "{node} has no {path}, or not what belongs there",
  "adopt-files-differ": "{path} on {node} is not the same as on {other}: copy the right one over the other",
  "adopt-ceph-conf-foreign":
    "{path} on {node} is not as a deployment writes it: take your own lines out on every node and set them in Ceph instead (ceph config set)",
  "adopt-image-in-folder":
    'the management VM\'s image lies in a folder, not in Ceph: members are changed with "zsha install"',
  "adopt-other-datacenter": "Consul's data centre is {found}, and the panel sets up only {wanted}",
  "adopt-consul-unseen": "the Consul of {node} does not say its version (/usr/bin/consul)",
  "forget-run-open": "The run {run} of this cluster is not over.",
  "forget-end-run": "Let it end, or open it and close it there.",
} as const satisfies Record<string, string>;
