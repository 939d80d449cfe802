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
  "forget-run-open": "The run {run} of this cluster is not over.",
  "forget-end-run": "Let it end, or open it and close it there.",
} as const satisfies Record<string, string>;
